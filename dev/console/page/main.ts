document.title += " "
