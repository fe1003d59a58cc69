def write(path): print("no page yet", path)
