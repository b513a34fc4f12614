// changing - one process, at least, for each way in which a living guest changes between two looks at it.
// Creates /tmp/ready once all of them have settled; from then on nothing of it runs, until SIGUSR1 makes them change, one after
// the other, after which it creates /tmp/ready again. Its process id is in /tmp/changing.pid.
// What a kernel refuses is left out: without swap, huge pages or clone3 a process changes less, or not at all.
//
//   ch-still             nothing: it does not even run
//   ch-renamed           becomes ch-newname
//   ch-setuid            becomes user 4321, group 1234
//   ch-stopped           is stopped by a signal
//   ch-mmap              maps private, shared and file memory; grows a VMA by mapping next to it; maps a file over a part of one
//   ch-munmap            unmaps a VMA whole, its middle, its tail, its head
//   ch-mremap            grows a VMA where it is, shrinks one, moves one, moves one's pages only
//   ch-stack, ch-heap    the stack grows by 1 MiB, the heap by 16 pages
//   ch-mprotect          rw to r: whole, and the middle; r to rw; rw to none and back; rw to rwx; two VMAs become one
//   ch-advised           a part of a VMA is locked, of another kept from forks: VMAs split though their permissions stay
//   ch-moved             the same addresses on other frames: given up, and touched again
//   ch-cow, ch-cow-child shared since the fork, then written by one, the other, both, none; so are the zero page and a file's
//   ch-swapout           private and shared pages go to swap; others had been there, are given up, touched, and go again
//   ch-swapin            pages come back: read, written, given up; some stay out
//   ch-written           contents change, mappings do not; one page is written with what it held, others are only read
//   ch-thp               of huge pages: one is split by mprotect, one by giving up a page, one goes, one comes
//   ch-file              files while mapped: gets pages, is cut, is renamed, is deleted
//   ch-exec              becomes busybox as ch-execed, same process id
//   ch-thread-exec       executes its own program again from a second thread: same process id, name and file
//   ch-threads           ch-thr-ends ends, ch-thr-born begins, ch-thr-stays becomes ch-thr-named
//   ch-parent            ends, and its child ch-orphan lives on under process 1
//   ch-gone, ch-zombie   are killed, and reaped or not
//   ch-before            is killed and reaped, and ch-reused gets its process id
//   ch-again             likewise, and its successor has its name too
//   ch-born              begins
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

enum { READ = PROT_READ, RW = PROT_READ | PROT_WRITE, PRIVATE = MAP_PRIVATE | MAP_ANONYMOUS, SHARED = MAP_SHARED | MAP_ANONYMOUS };
enum { PAGES = 16 };  // of a mapping, unless said otherwise

static long page;
static volatile char sink;

// ---- processes

static int line = -1;  // a process's own, to whoever started it

struct child {
  pid_t pid;
  int line;
};

static void say(void) {
  if (write(line, "x", 1) < 0) return;  // who started it has gone
}

// Whether the child has done what it was told; one that has ended, or executes another program, has not said so.
static int heard(struct child child) {
  char byte;
  return read(child.line, &byte, 1) == 1;
}

static int tell(struct child child) { return write(child.line, "x", 1) == 1 && heard(child); }

// fork, with the process id wished for, which must be free; 0: any.
static pid_t fork_as(pid_t pid) {
  if (pid == 0) return fork();
  struct clone_args args = {.exit_signal = SIGCHLD, .set_tid = (uintptr_t)&pid, .set_tid_size = 1};
  return syscall(SYS_clone3, &args, sizeof args);
}

// Starts a process that does `before` at once and `after` when it is told, and waits until it sleeps in between.
static struct child start(const char *name, void (*before)(void), void (*after)(void), pid_t pid) {
  int ends[2];
  struct child child = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) return child;
  child.pid = fork_as(pid);
  if (child.pid == 0) {
    char byte;
    close(ends[0]);
    close(line);
    line = ends[1];
    prctl(PR_SET_NAME, name);
    sink = 0;  // its page is the process's own from now on
    if (before) before();
    say();
    if (read(line, &byte, 1) == 1 && after) after();
    say();
    for (;;) pause();
  }
  close(ends[1]);
  child.line = ends[0];
  if (child.pid > 0 && !heard(child)) printf("changing: %s did not settle\n", name);
  return child;
}

// ---- memory: each mapping in a slot of its own, so that the kernel merges no two, and at the same address in every guest

static char *slot(int number) { return (char *)(0x2000000000UL + number * 0x8000000UL); }

static char *map_at(char *where, long bytes, int prot, int flags, int file) {
  char *at = mmap(where, bytes, prot, flags | MAP_FIXED, file, 0);
  if (at == MAP_FAILED) _exit(1);
  if (flags & MAP_ANONYMOUS) madvise(at, bytes, MADV_NOHUGEPAGE);
  return at;
}

static void touch(char *from, long pages) {
  for (volatile char *at = from; pages-- > 0; at += page) ++*at;
}

static void look(char *from, long pages) {
  for (volatile char *at = from; pages-- > 0; at += page) sink += *at;
}

static char *own(int number, long pages) {  // private, not touched yet
  return map_at(slot(number), pages * page, RW, PRIVATE, -1);
}

static char *filled(int number) {
  char *at = own(number, PAGES);
  for (long i = 0; i < PAGES; i++) at[i * page] = i + 1;
  return at;
}

static int file_of(const char *path, long pages) {
  int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  for (long i = 1; i <= pages; i++)
    if (pwrite(file, &i, sizeof i, (i - 1) * page) < 0) _exit(1);
  return file;
}

static void map_file(int number, const char *path, long pages, int prot, int flags) {
  int file = file_of(path, pages);
  map_at(slot(number), PAGES * page, prot, flags, file);
  close(file);
}

// ---- what becomes of VMAs

static void mmap_before(void) {
  own(0, PAGES);
  touch(slot(0), 4);
  filled(4);
}

static void mmap_after(void) {
  map_at(slot(0) + PAGES * page, 8 * page, RW, PRIVATE, -1);
  touch(slot(0) + PAGES * page, 4);
  own(1, PAGES);
  touch(slot(1), 8);
  map_file(2, "/tmp/ch-new.dat", PAGES, READ, MAP_PRIVATE);
  look(slot(2), PAGES);
  touch(map_at(slot(3), PAGES * page, RW, SHARED, -1), 8);
  map_at(slot(4) + 4 * page, 4 * page, READ, MAP_SHARED, file_of("/tmp/ch-over.dat", 4));
  look(slot(4) + 4 * page, 4);
}

static void munmap_before(void) {
  for (int i = 0; i < 4; i++) filled(i);
}

static void munmap_after(void) {
  munmap(slot(0), PAGES * page);
  munmap(slot(1) + 4 * page, 8 * page);
  munmap(slot(2) + 8 * page, 8 * page);
  munmap(slot(3), 8 * page);
}

static void mremap_before(void) {
  for (int i = 0; i < 4; i++) filled(i);
}

static void mremap_after(void) {
  long bytes = PAGES * page;
  if (mremap(slot(0), bytes, 2 * bytes, 0) != MAP_FAILED) touch(slot(0) + bytes, 8);
  mremap(slot(1), bytes, bytes / 2, 0);
  mremap(slot(2), bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, slot(4));
  mremap(slot(3), bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, slot(5));
}

static void stack_after(void) {
  volatile char deep[1 << 20];
  for (long at = sizeof deep - 1; at >= 0; at -= page) deep[at] = 1;  // from above, as a stack grows
}

static char *heap;

static void heap_before(void) {
  heap = sbrk(8 * page);
  if (heap != (char *)-1) touch(heap, 8);
}

static void heap_after(void) {
  heap = sbrk(PAGES * page);
  if (heap != (char *)-1) touch(heap, PAGES);
}

static void mprotect_before(void) {
  for (int i = 0; i < 7; i++) filled(i);
  mprotect(slot(2), PAGES * page, READ);
  mprotect(slot(5), PAGES * page, PROT_NONE);
  mprotect(slot(6), 8 * page, READ);
}

static void mprotect_after(void) {
  mprotect(slot(0), PAGES * page, READ);
  mprotect(slot(1) + 4 * page, 8 * page, READ);
  mprotect(slot(2), PAGES * page, RW);
  touch(slot(2), 8);
  mprotect(slot(3), PAGES * page, PROT_NONE);
  mprotect(slot(4), PAGES * page, RW | PROT_EXEC);
  mprotect(slot(5), PAGES * page, RW);
  mprotect(slot(6), 8 * page, RW);
}

static void advised_before(void) {
  own(0, PAGES);
  filled(1);
}

static void advised_after(void) {
  mlock(slot(0) + 4 * page, 4 * page);  // and touched by that
  madvise(slot(1), 8 * page, MADV_DONTFORK);
}

// ---- what becomes of pages

static void moved_before(void) {
  filled(0);
  own(1, 2 * PAGES);
}

static void moved_after(void) {
  madvise(slot(0), PAGES * page, MADV_DONTNEED);
  touch(slot(1), 2 * PAGES);  // takes the frames that were given up
  touch(slot(0), PAGES);
}

static struct child sharer;

static void cow_child_after(void) {
  touch(slot(0), 4);
  touch(slot(0) + 8 * page, 4);
}

static void cow_before(void) {
  filled(0);
  own(1, PAGES);
  look(slot(1), PAGES);  // the zero page
  map_file(2, "/tmp/ch-cow.dat", PAGES, RW, MAP_PRIVATE);
  look(slot(2), PAGES);
  sharer = start("ch-cow-child", NULL, cow_child_after, 0);
}

static void cow_after(void) {
  tell(sharer);
  touch(slot(0) + 4 * page, 8);
  touch(slot(1), 4);
  touch(slot(2), 4);
}

static void page_out(char *from, long pages) { madvise(from, pages * page, MADV_PAGEOUT); }

static void swapout_before(void) {
  filled(0);
  touch(map_at(slot(1), PAGES * page, RW, SHARED, -1), PAGES);
  page_out(filled(2), PAGES);
}

static void swapout_after(void) {
  page_out(slot(0), PAGES);
  page_out(slot(1), PAGES);
  madvise(slot(2), PAGES * page, MADV_DONTNEED);
  touch(slot(2), PAGES);
  page_out(slot(2), PAGES);
}

static void swapin_before(void) { page_out(filled(0), PAGES); }

static void swapin_after(void) {
  touch(slot(0), 4);
  look(slot(0) + 4 * page, 4);
  madvise(slot(0) + 8 * page, 4 * page, MADV_DONTNEED);
}

static void written_before(void) {
  filled(0);
  map_file(1, "/tmp/ch-written.dat", PAGES, RW, MAP_SHARED);
  touch(slot(1), PAGES);
}

static void written_after(void) {
  memset(slot(0), 0xa5, 4 * page);
  slot(0)[5 * page - 1] = 1;  // a single byte
  *(volatile char *)(slot(0) + 5 * page) = 6;  // what it held
  look(slot(0) + 8 * page, 8);
  touch(slot(1), 8);
}

// Bytes of a huge page; 0 where there are none, or not as many to spare.
static long huge_page(void) {
  long bytes = 0;
  FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", "r");
  if (file) {
    if (fscanf(file, "%ld", &bytes) != 1) bytes = 0;
    fclose(file);
  }
  return bytes < 6 * page || bytes > 0x8000000 || sysconf(_SC_AVPHYS_PAGES) * page < 5 * bytes ? 0 : bytes;
}

static long huge;

static void map_huge(int number) {
  if (mmap(slot(number), huge, RW, PRIVATE | MAP_FIXED, -1, 0) == MAP_FAILED) return;
  madvise(slot(number), huge, MADV_HUGEPAGE);
  memset(slot(number), number + 1, huge);
}

static void thp_before(void) {
  if ((huge = huge_page()) == 0) return;
  for (int i = 0; i < 3; i++) map_huge(i);
}

static void thp_after(void) {
  if (huge == 0) return;
  mprotect(slot(0) + 4 * page, page, READ);
  madvise(slot(1) + 4 * page, page, MADV_DONTNEED);
  munmap(slot(2), huge);
  map_huge(3);
}

static void file_before(void) {
  map_file(0, "/tmp/ch-grows.dat", 4, RW, MAP_SHARED);
  touch(slot(0), 4);
  map_file(1, "/tmp/ch-cut.dat", PAGES, RW, MAP_SHARED);
  touch(slot(1), PAGES);
  map_file(2, "/tmp/ch-old.dat", PAGES, READ, MAP_SHARED);
  look(slot(2), PAGES);
  map_file(3, "/tmp/ch-deleted.dat", PAGES, READ, MAP_SHARED);
  look(slot(3), PAGES);
}

static void file_after(void) {
  if (truncate("/tmp/ch-grows.dat", PAGES * page) == 0) touch(slot(0) + 4 * page, 8);
  if (truncate("/tmp/ch-cut.dat", 4 * page)) return;
  rename("/tmp/ch-old.dat", "/tmp/ch-new-name.dat");
  unlink("/tmp/ch-deleted.dat");
}

// ---- what becomes of tasks

static void renamed_after(void) { prctl(PR_SET_NAME, "ch-newname"); }

static void setuid_after(void) {
  if (setgid(1234) || setuid(4321)) _exit(1);
}

static void exec_after(void) {
  if (symlink("/bin/busybox", "/tmp/ch-execed") == 0) execl("/tmp/ch-execed", "sleep", "1000000000", NULL);
}

static void *execute_itself(void *unused) {
  char number[16];
  (void)unused;
  snprintf(number, sizeof number, "%d", line);
  fcntl(line, F_SETFD, 0);
  execl("/proc/self/exe", "changing", "ch-thread-exec", number, NULL);
  _exit(1);
}

static void thread_exec_after(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, execute_itself, NULL) == 0)
    for (;;) pause();
}

static pthread_t ending, staying, born;
static int endings[2];
static pthread_barrier_t begun;

static void *idle(void *name) {
  prctl(PR_SET_NAME, name);
  pthread_barrier_wait(&begun);
  while (pause() < 0) continue;
  return NULL;
}

static void *end_when_told(void *name) {
  char byte;
  prctl(PR_SET_NAME, name);
  pthread_barrier_wait(&begun);
  if (read(endings[0], &byte, 1) < 0) perror("changing: read");
  return NULL;
}

static void begin(pthread_t *thread, void *(*work)(void *), char *name) {
  if (pthread_create(thread, NULL, work, name)) _exit(1);
  pthread_barrier_wait(&begun);
}

static void threads_before(void) {
  if (pipe(endings)) _exit(1);
  pthread_barrier_init(&begun, NULL, 2);
  begin(&ending, end_when_told, "ch-thr-ends");
  begin(&staying, idle, "ch-thr-stays");
}

static void threads_after(void) {
  begin(&born, idle, "ch-thr-born");
  pthread_setname_np(staying, "ch-thr-named");
  if (write(endings[1], "x", 1) == 1) pthread_join(ending, NULL);
}

static void parent_before(void) { start("ch-orphan", NULL, NULL, 0); }

static void parent_after(void) { _exit(0); }

// ----

static const struct {
  const char *name;
  void (*before)(void), (*after)(void);
} kinds[] = {{"ch-renamed", NULL, renamed_after},
             {"ch-setuid", NULL, setuid_after},
             {"ch-mmap", mmap_before, mmap_after},
             {"ch-munmap", munmap_before, munmap_after},
             {"ch-mremap", mremap_before, mremap_after},
             {"ch-stack", NULL, stack_after},
             {"ch-heap", heap_before, heap_after},
             {"ch-mprotect", mprotect_before, mprotect_after},
             {"ch-advised", advised_before, advised_after},
             {"ch-moved", moved_before, moved_after},
             {"ch-cow", cow_before, cow_after},
             {"ch-swapout", swapout_before, swapout_after},
             {"ch-swapin", swapin_before, swapin_after},
             {"ch-written", written_before, written_after},
             {"ch-thp", thp_before, thp_after},
             {"ch-file", file_before, file_after},
             {"ch-exec", NULL, exec_after},
             {"ch-thread-exec", NULL, thread_exec_after},
             {"ch-threads", threads_before, threads_after}};

enum { KINDS = sizeof kinds / sizeof *kinds };

static void end(struct child child) {
  kill(child.pid, SIGKILL);
  waitpid(child.pid, NULL, 0);
}

// What was changed sleeps again, and busybox has begun to.
static void ready(void) {
  usleep(300000);
  close(open("/tmp/ready", O_CREAT | O_WRONLY, 0644));
}

int main(int argc, char **argv) {
  struct child children[KINDS];
  siginfo_t ended;
  page = sysconf(_SC_PAGESIZE);
  if (argc == 3) {  // ch-thread-exec, once more
    line = atoi(argv[2]);
    prctl(PR_SET_NAME, argv[1]);
    say();
    for (;;) pause();
  }
  signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR1);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  start("ch-still", NULL, NULL, 0);
  for (int i = 0; i < KINDS; i++) children[i] = start(kinds[i].name, kinds[i].before, kinds[i].after, 0);
  struct child parent = start("ch-parent", parent_before, parent_after, 0), stopped = start("ch-stopped", NULL, NULL, 0),
               gone = start("ch-gone", NULL, NULL, 0), zombie = start("ch-zombie", NULL, NULL, 0),
               before = start("ch-before", NULL, NULL, 0), again = start("ch-again", NULL, NULL, 0);
  FILE *pid = fopen("/tmp/changing.pid", "w");
  if (!pid || fprintf(pid, "%d\n", getpid()) < 0 || fclose(pid)) return 1;
  ready();

  int number;
  if (sigwait(&signals, &number)) return 1;
  for (int i = 0; i < KINDS; i++) tell(children[i]);
  tell(parent);
  waitpid(parent.pid, NULL, 0);
  kill(stopped.pid, SIGSTOP);
  waitpid(stopped.pid, NULL, WUNTRACED);
  end(gone);
  kill(zombie.pid, SIGKILL);
  waitid(P_PID, zombie.pid, &ended, WEXITED | WNOWAIT);
  end(before);
  start("ch-reused", NULL, NULL, before.pid);
  end(again);
  start("ch-again", NULL, NULL, again.pid);
  start("ch-born", NULL, NULL, 0);
  do ready();
  while (sigwait(&signals, &number) == 0);
}
