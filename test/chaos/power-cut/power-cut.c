/*
 * Keeps what a power cut takes away. Preloaded (LD_PRELOAD) into the daemon, it writes into a log, for every file under
 * POWER_CUT_UNDER, what each write replaces and what it writes, what is created, renamed and removed, and what was synced.
 * After the process was killed, undo.ts reads the log and takes back what no fsync had made safe.
 *
 * -shm files are left alone: SQLite maps them and makes them anew. One lock makes the log say what really happened: a sync
 * covers exactly what stands in the log before it. Nothing is changed in what the program does.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* What undo.ts reads: this head, `path_len` octets of path, `old_len` of what was there, `new_len` of what came. */
struct head {
  uint32_t magic;
  uint32_t kind;
  uint64_t inode;
  uint64_t offset;
  uint64_t size_before;
  uint32_t path_len;
  uint32_t old_len;
  uint32_t new_len;
  uint32_t pad;
};

enum { MAGIC = 0x50435554 };
enum { WRITE = 1, TRUNCATE, SYNC, SYNC_FOLDER, CREATE, RENAME, REMOVE };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *under;
static size_t under_len;
static const char *keep; /* A folder on the same file system, for what is removed. */
static int log_fd = -1;
static uint64_t removed;

__attribute__((constructor)) static void begin(void) {
  const char *log_file = getenv("POWER_CUT_LOG");
  under = getenv("POWER_CUT_UNDER");
  keep = getenv("POWER_CUT_KEEP");
  if (!under || !log_file || !keep) return;
  under_len = strlen(under);
  log_fd = (int)syscall(SYS_openat, AT_FDCWD, log_file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int is_watched(const char *path) {
  size_t length = strlen(path);
  if (log_fd < 0 || length <= under_len || strncmp(path, under, under_len) != 0) return 0;
  return !(length > 4 && strcmp(path + length - 4, "-shm") == 0);
}

/* The path of an open file, or 0 where it is none of ours. */
static int path_of(int fd, char *path, size_t size) {
  char link[40];
  if (log_fd < 0 || fd == log_fd) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, size - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return path[0] == '/' && (is_watched(path) || strcmp(path, under) == 0);
}

static void put(struct head head, const char *path, const void *old, const struct iovec *new, int new_count) {
  /* Under the lock. As many as the system takes at once, and ours. */
  static struct iovec parts[1024 + 3];
  int count = 0;
  head.magic = MAGIC;
  head.path_len = (uint32_t)strlen(path);
  parts[count++] = (struct iovec){&head, sizeof head};
  parts[count++] = (struct iovec){(void *)path, head.path_len};
  if (head.old_len > 0) parts[count++] = (struct iovec){(void *)old, head.old_len};
  for (int i = 0; i < new_count; i++) {
    parts[count++] = new[i];
    head.new_len += (uint32_t)new[i].iov_len;
  }
  if (syscall(SYS_writev, log_fd, parts, count) < 0) abort();
}

/* Before a write or a cut: what is there now from `offset` on, `length` octets at most. */
static void put_change(int fd, uint32_t kind, const char *path, uint64_t offset, uint64_t length, const struct iovec *new,
                       int new_count) {
  struct stat stat;
  if (fstat(fd, &stat) < 0 || !S_ISREG(stat.st_mode)) return;
  struct head head = {.kind = kind, .inode = stat.st_ino, .offset = offset, .size_before = (uint64_t)stat.st_size};
  uint64_t there = offset < head.size_before ? head.size_before - offset : 0;
  uint64_t wanted = there < length ? there : length;
  char *old = wanted > 0 ? malloc(wanted) : NULL;
  if (old) {
    /* The file may be open for writing only. */
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int reader = (int)syscall(SYS_openat, AT_FDCWD, link, O_RDONLY | O_CLOEXEC, 0);
    ssize_t got = syscall(SYS_pread64, reader, old, wanted, offset);
    if (got > 0) head.old_len = (uint32_t)got;
    syscall(SYS_close, reader);
  }
  put(head, path, old, new, new_count);
  free(old);
}

static uint64_t position(int fd) {
  int flags = fcntl(fd, F_GETFL);
  if (flags >= 0 && (flags & O_APPEND)) {
    struct stat stat;
    return fstat(fd, &stat) < 0 ? 0 : (uint64_t)stat.st_size;
  }
  off_t at = lseek(fd, 0, SEEK_CUR);
  return at < 0 ? 0 : (uint64_t)at;
}

static uint64_t total(const struct iovec *parts, int count) {
  uint64_t sum = 0;
  for (int i = 0; i < count; i++) sum += parts[i].iov_len;
  return sum;
}

#define WATCHED(fd) \
  char path[4200]; \
  int watched = path_of(fd, path, sizeof path)

static ssize_t write_at(int fd, const struct iovec *parts, int count, int64_t offset) {
  WATCHED(fd);
  long number = offset < 0 ? SYS_writev : SYS_pwritev;
  if (!watched) return offset < 0 ? syscall(number, fd, parts, count) : syscall(number, fd, parts, count, offset, 0);
  pthread_mutex_lock(&lock);
  uint64_t at = offset < 0 ? position(fd) : (uint64_t)offset;
  put_change(fd, WRITE, path, at, total(parts, count), parts, count);
  ssize_t done = offset < 0 ? syscall(number, fd, parts, count) : syscall(number, fd, parts, count, offset, 0);
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return done;
}

ssize_t write(int fd, const void *octets, size_t length) {
  return write_at(fd, &(struct iovec){(void *)octets, length}, 1, -1);
}
ssize_t writev(int fd, const struct iovec *parts, int count) { return write_at(fd, parts, count, -1); }
ssize_t pwrite(int fd, const void *octets, size_t length, off_t offset) {
  return write_at(fd, &(struct iovec){(void *)octets, length}, 1, offset);
}
ssize_t pwrite64(int fd, const void *octets, size_t length, off64_t offset) {
  return write_at(fd, &(struct iovec){(void *)octets, length}, 1, offset);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) { return write_at(fd, parts, count, offset); }
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
  return write_at(fd, parts, count, offset);
}

int ftruncate(int fd, off_t length) {
  WATCHED(fd);
  if (!watched) return (int)syscall(SYS_ftruncate, fd, length);
  pthread_mutex_lock(&lock);
  put_change(fd, TRUNCATE, path, (uint64_t)length, UINT32_MAX, NULL, 0);
  int done = (int)syscall(SYS_ftruncate, fd, length);
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return done;
}
int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }

static int sync_with(long number, int fd) {
  WATCHED(fd);
  if (!watched) return (int)syscall(number, fd);
  pthread_mutex_lock(&lock);
  int done = (int)syscall(number, fd);
  int error = errno;
  struct stat stat;
  if (done == 0 && fstat(fd, &stat) == 0) {
    put((struct head){.kind = S_ISDIR(stat.st_mode) ? SYNC_FOLDER : SYNC, .inode = stat.st_ino}, path, NULL, NULL, 0);
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return done;
}
int fsync(int fd) { return sync_with(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_with(SYS_fdatasync, fd); }

/* A new file is in its folder when it, or the folder, is synced. O_TRUNC is a cut to nothing. */
static int open_at(int folder, const char *name, int flags, mode_t mode) {
  char path[4200];
  int is_ours = 0;
  if (log_fd >= 0 && (flags & (O_CREAT | O_TRUNC)) && name[0] == '/') {
    snprintf(path, sizeof path, "%s", name);
    is_ours = is_watched(path);
  }
  if (!is_ours) return (int)syscall(SYS_openat, folder, name, flags, mode);
  pthread_mutex_lock(&lock);
  struct stat before;
  int was_there = stat(path, &before) == 0;
  if (was_there && (flags & O_TRUNC) && S_ISREG(before.st_mode)) {
    int writer = (int)syscall(SYS_openat, folder, name, O_RDONLY | O_CLOEXEC, 0);
    put_change(writer, TRUNCATE, path, 0, UINT32_MAX, NULL, 0);
    syscall(SYS_close, writer);
  }
  int fd = (int)syscall(SYS_openat, folder, name, flags, mode);
  int error = errno;
  struct stat after;
  if (fd >= 0 && !was_there && fstat(fd, &after) == 0) {
    put((struct head){.kind = CREATE, .inode = after.st_ino}, path, NULL, NULL, 0);
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return fd;
}

#define MODE(flags, last) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) { \
    va_list rest; \
    va_start(rest, last); \
    mode = va_arg(rest, mode_t); \
    va_end(rest); \
  }

int open(const char *name, int flags, ...) {
  MODE(flags, flags)
  return open_at(AT_FDCWD, name, flags, mode);
}
int open64(const char *name, int flags, ...) {
  MODE(flags, flags)
  return open_at(AT_FDCWD, name, flags, mode);
}
int openat(int folder, const char *name, int flags, ...) {
  MODE(flags, flags)
  return open_at(folder, name, flags, mode);
}

/* What was at the new name, or was removed, is kept under another name till the machine may forget it. */
static void put_removal(const char *path, uint32_t kind, const char *to) {
  char both[9000];
  char kept[4400];
  struct stat stat_of;
  if (lstat(path, &stat_of) < 0 || !S_ISREG(stat_of.st_mode)) return;
  snprintf(kept, sizeof kept, "%s/%d-%llu", keep, getpid(), (unsigned long long)removed++);
  if (syscall(SYS_linkat, AT_FDCWD, path, AT_FDCWD, kept, 0) < 0) return;
  snprintf(both, sizeof both, "%s\n%s", to, kept);
  put((struct head){.kind = kind, .inode = stat_of.st_ino}, both, NULL, NULL, 0);
}

int unlink(const char *path) {
  if (log_fd < 0 || !is_watched(path)) return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
  pthread_mutex_lock(&lock);
  put_removal(path, REMOVE, path);
  int done = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return done;
}

int rename(const char *from, const char *to) {
  if (log_fd < 0 || !is_watched(to)) return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
  pthread_mutex_lock(&lock);
  struct stat moved;
  put_removal(to, REMOVE, to);
  if (lstat(from, &moved) == 0) {
    char both[9000];
    snprintf(both, sizeof both, "%s\n%s", to, from);
    put((struct head){.kind = RENAME, .inode = moved.st_ino}, both, NULL, NULL, 0);
  }
  int done = (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return done;
}

/* A second name is made like a new file: it is there when the file or its folder is synced after it. */
int link(const char *from, const char *to) {
  if (log_fd < 0 || !is_watched(to)) return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
  pthread_mutex_lock(&lock);
  struct stat linked;
  int done = (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
  int error = errno;
  if (done == 0 && lstat(to, &linked) == 0) {
    put((struct head){.kind = CREATE, .inode = linked.st_ino}, to, NULL, NULL, 0);
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return done;
}
