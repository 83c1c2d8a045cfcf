// A disk for Go's package os in the browser: what wasm_exec.js takes for
// Node's fs, kept in localStorage. A file is there again when the page is, as
// one in the user's configuration folder is for the program outside a browser.
// Every call is answered before it returns: a frame cannot wait for the page.
"use strict";

(() => {
  const prefix = "ftpscope:"; // of the keys; after it stands the path
  const folder = "/"; // what is kept of a folder; of a file its bytes in base64
  const flag = { O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_CREAT: 64, O_EXCL: 128, O_TRUNC: 512, O_APPEND: 1024, O_DIRECTORY: 65536 };

  const fail = code => Object.assign(new Error(code), { code });

  // Where the browser keeps nothing, all is there until the page closes.
  const shelf = (() => {
    try {
      localStorage.setItem(prefix, folder);
      return localStorage;
    } catch {
      const kept = new Map();
      return {
        getItem: key => kept.get(key) ?? null,
        setItem: (key, value) => kept.set(key, value),
        removeItem: key => kept.delete(key),
        key: i => [...kept.keys()][i],
        get length() { return kept.size; },
      };
    }
  })();

  // normal is a path without "." and "..", from the root; "" is the root.
  const normal = path => {
    const parts = [];
    for (const part of (path.startsWith("/") ? path : process.cwd() + "/" + path).split("/")) {
      if (part === "..") parts.pop();
      else if (part !== "" && part !== ".") parts.push("/" + part);
    }
    return parts.join("");
  };
  const above = path => path.slice(0, path.lastIndexOf("/"));
  const find = path => (path === "" ? folder : shelf.getItem(prefix + path));
  const need = path => {
    const found = find(path);
    if (found === null) throw fail("ENOENT");
    return found;
  };
  const keep = (path, value) => {
    if (need(above(path)) !== folder) throw fail("ENOTDIR");
    try {
      shelf.setItem(prefix + path, value);
    } catch {
      throw fail("ENOSPC"); // a browser gives a page some megabytes
    }
  };
  const drop = path => shelf.removeItem(prefix + path);
  const below = path => {
    const paths = [];
    for (let i = 0; i < shelf.length; i++) {
      const key = shelf.key(i);
      if (key.startsWith(prefix + path + "/")) paths.push(key.slice(prefix.length));
    }
    return paths;
  };
  const names = path => below(path).map(p => p.slice(path.length + 1)).filter(name => !name.includes("/"));

  const encode = bytes => btoa(Array.from(bytes, b => String.fromCharCode(b)).join(""));
  const decode = text => {
    try {
      return Uint8Array.from(atob(text), c => c.charCodeAt(0));
    } catch {
      return new Uint8Array(); // written by something else; the program sets such a file aside
    }
  };

  const files = new Map(); // open ones, by descriptor
  let next = 3;
  const opened = fd => {
    const f = files.get(fd);
    if (!f) throw fail("EBADF");
    return f;
  };
  const save = f => { if (f.path !== null) keep(f.path, encode(f.bytes)); };
  const resize = (f, length) => {
    const bytes = new Uint8Array(length);
    bytes.set(f.bytes.subarray(0, length));
    f.bytes = bytes;
  };

  const describe = (isFolder, size) => ({
    dev: 0, ino: 0, mode: isFolder ? 0o40755 : 0o100644, nlink: 1, uid: 0, gid: 0, rdev: 0,
    size, blksize: 4096, blocks: Math.ceil(size / 512), atimeMs: 0, mtimeMs: 0, ctimeMs: 0,
    isDirectory: () => isFolder,
  });

  let line = "";
  const print = bytes => {
    line += new TextDecoder().decode(bytes);
    const lines = line.split("\n");
    line = lines.pop();
    lines.forEach(l => console.log(fs.said = l));
    return bytes.length;
  };

  const calls = {
    open(path, flags) {
      path = normal(path);
      const found = find(path);
      if (found === null && !(flags & flag.O_CREAT)) throw fail("ENOENT");
      if (found !== null && flags & flag.O_CREAT && flags & flag.O_EXCL) throw fail("EEXIST");
      if (found === folder && flags & (flag.O_WRONLY | flag.O_RDWR)) throw fail("EISDIR");
      if (found !== null && found !== folder && flags & flag.O_DIRECTORY) throw fail("ENOTDIR");
      const fresh = found === null || flags & flag.O_TRUNC;
      const f = { path, at: 0, append: flags & flag.O_APPEND, folder: found === folder, bytes: new Uint8Array() };
      if (!f.folder && fresh) save(f);
      if (!f.folder && !fresh) f.bytes = decode(found);
      files.set(next, f);
      return next++;
    },
    close(fd) { opened(fd); files.delete(fd); },
    read(fd, buffer, offset, length, position) {
      const f = opened(fd);
      if (f.folder) throw fail("EISDIR");
      const from = position ?? f.at;
      const part = f.bytes.subarray(from, from + length);
      buffer.set(part, offset);
      if (position === null) f.at += part.length;
      return part.length;
    },
    write(fd, buffer, offset, length, position) {
      const part = buffer.subarray(offset, offset + length);
      if (fd === 1 || fd === 2) return print(part);
      const f = opened(fd);
      const from = position ?? (f.append ? f.bytes.length : f.at);
      if (from + part.length > f.bytes.length) resize(f, from + part.length);
      f.bytes.set(part, from);
      if (position === null) f.at = from + part.length;
      save(f);
      return part.length;
    },
    stat(path) {
      const found = need(normal(path));
      return describe(found === folder, found === folder ? 0 : decode(found).length);
    },
    fstat(fd) { const f = opened(fd); return describe(f.folder, f.bytes.length); },
    readdir(path) {
      path = normal(path);
      if (need(path) !== folder) throw fail("ENOTDIR");
      return names(path);
    },
    mkdir(path) {
      path = normal(path);
      if (find(path) !== null) throw fail("EEXIST");
      keep(path, folder);
    },
    rmdir(path) {
      path = normal(path);
      if (need(path) !== folder) throw fail("ENOTDIR");
      if (names(path).length > 0) throw fail("ENOTEMPTY");
      drop(path);
    },
    unlink(path) {
      path = normal(path);
      if (need(path) === folder) throw fail("EISDIR");
      drop(path);
      for (const f of files.values()) if (f.path === path) f.path = null;
    },
    rename(from, to) {
      [from, to] = [normal(from), normal(to)];
      const moved = need(from), there = find(to);
      if (from === to) return;
      if (to.startsWith(from + "/")) throw fail("EINVAL");
      if (there === folder && moved !== folder) throw fail("EISDIR");
      if (there !== null && there !== folder && moved === folder) throw fail("ENOTDIR");
      if (there === folder && names(to).length > 0) throw fail("ENOTEMPTY");
      for (const f of files.values()) if (f.path === to) f.path = null;
      keep(to, moved);
      for (const path of below(from)) {
        keep(to + path.slice(from.length), find(path));
        drop(path);
      }
      drop(from);
      for (const f of files.values()) if (f.path === from) f.path = to;
    },
    truncate(path, length) {
      const found = need(normal(path));
      if (found === folder) throw fail("EISDIR");
      const f = { path: normal(path), bytes: decode(found) };
      resize(f, length);
      save(f);
    },
    ftruncate(fd, length) { const f = opened(fd); resize(f, length); save(f); },
    readlink() { throw fail("EINVAL"); },
    link() { throw fail("ENOSYS"); },
    symlink() { throw fail("ENOSYS"); },
  };
  calls.lstat = calls.stat;
  for (const name of ["fsync", "chmod", "fchmod", "chown", "fchown", "lchown", "utimes"]) calls[name] = () => {};

  globalThis.fs = { constants: flag, said: "", writeSync: (fd, bytes) => print(bytes) };
  for (const [name, call] of Object.entries(calls)) {
    fs[name] = (...args) => {
      const done = args.pop();
      let result;
      try {
        result = call(...args);
      } catch (err) {
        done(typeof err.code === "string" ? err : fail("EIO"));
        return;
      }
      done(null, result);
    };
  }
  globalThis.process = {
    getuid: () => -1, getgid: () => -1, geteuid: () => -1, getegid: () => -1, pid: -1, ppid: -1, umask: () => 0o22,
    getgroups() { throw fail("ENOSYS"); },
    cwd: () => "/home",
    chdir() { throw fail("ENOSYS"); },
  };
  try {
    for (const path of ["/home", "/tmp"]) if (find(path) === null) keep(path, folder);
  } catch (err) {
    console.warn("nothing will be kept:", err.code); // there is no room for as much as a name
  }
})();
