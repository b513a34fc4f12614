// truth - what a Linux guest says of its own tasks and memory, from its own /proc.
//
//   truth > FILE           in any guest, as root
//   truth MIB > DEVICE     at an offset of a disk, so that no other process has to be there to write it
//
// Build it for an arm64 guest from elsewhere:  aarch64-linux-gnu-gcc -O2 -static -o truth truth.c
// or in the guest itself:                      gcc -O2 -o truth truth.c
// Without root (CAP_SYS_ADMIN) the kernel hides page frame numbers and other users' processes: it refuses to start.
//
// One record a line, in text; the first word tells the kind:
//   PAGESIZE bytes
//   C pid ppid starttime hz   this collector: its parent, its start in clock ticks since boot, ticks a second.
//                             It and the shell above it move while it looks; what started later was not there yet.
//   VERSION text | CMDLINE text | IOMEM line | MEMINFO line
//   S pid Field: value        a line of /proc/PID/status
//   T pid tid comm            a thread; a line feed in comm is written \n
//   V pid line                a VMA, as /proc/PID/maps prints it
//   P pid va value flags      a page that is present or swapped, from /proc/PID/pagemap, all but pid in hex.
//                             flags: bit 8 present (value is the PFN), bit 7 swapped (value is type | offset << 5),
//                             bit 6 file-mapped or shared, bit 1 mapped by this process alone, bit 0 soft-dirty.
//                             They are bits 63:55 of the entry, value its bits 54:0
//                             (Documentation/admin-guide/mm/pagemap.rst). The collector has no P lines of its own.
//   END                       the last line; a truth without it is torn
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { VALUE_BITS = 55, PRESENT_OR_SWAPPED_SHIFT = 62, ENTRIES_A_READ = 1 << 17 };

static long page_size;
static char *line;  // getline's own
static size_t line_capacity;

// Prints each line of a file after its tag.
static void print_lines(const char *tag, const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) return;
  for (ssize_t n; (n = getline(&line, &line_capacity, file)) > 0;) {
    if (line[n - 1] == '\n') line[n - 1] = 0;
    printf("%s %s\n", tag, line);
  }
  fclose(file);
}

// Field 22 of /proc/self/stat; comm, field 2, may itself hold blanks and parentheses.
static void print_collector(void) {
  unsigned long long start = 0;
  FILE *file = fopen("/proc/self/stat", "r");
  if (file && getline(&line, &line_capacity, file) > 0) {
    char *at = strrchr(line, ')');
    for (int field = 2; at && field < 22; field++) at = strchr(at + 1, ' ');
    if (at) start = strtoull(at, NULL, 10);
  }
  if (file) fclose(file);
  printf("C %d %d %llu %ld\n", getpid(), getppid(), start, sysconf(_SC_CLK_TCK));
}

static void print_pages(int pid, int pagemap, uint64_t start, uint64_t end) {
  static uint64_t entries[ENTRIES_A_READ];
  for (uint64_t va = start; va < end;) {
    size_t want = (end - va) / page_size;
    if (want > ENTRIES_A_READ) want = ENTRIES_A_READ;
    ssize_t got = pread(pagemap, entries, want * sizeof *entries, va / page_size * sizeof *entries);
    if (got < (ssize_t)sizeof *entries) return;  // the process, or this mapping of it, has gone
    for (size_t i = 0; i < got / sizeof *entries; i++, va += page_size)
      if (entries[i] >> PRESENT_OR_SWAPPED_SHIFT)
        printf("P %d %" PRIx64 " %" PRIx64 " %x\n", pid, va, entries[i] & ((UINT64_C(1) << VALUE_BITS) - 1),
               (unsigned)(entries[i] >> VALUE_BITS));
  }
}

static void print_threads(int pid) {
  char path[80];
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR *threads = opendir(path);
  for (struct dirent *entry; threads && (entry = readdir(threads));) {
    int tid = atoi(entry->d_name);
    if (tid <= 0) continue;
    snprintf(path, sizeof path, "/proc/%d/task/%d/comm", pid, tid);
    int file = open(path, O_RDONLY);
    if (file < 0) continue;
    char comm[80];
    ssize_t n = read(file, comm, sizeof comm);
    close(file);
    if (n <= 0) continue;
    printf("T %d %d ", pid, tid);
    for (ssize_t i = 0; i < n - 1; i++)  // all but the line feed that the kernel adds
      if (comm[i] == '\n') fputs("\\n", stdout);
      else putchar(comm[i]);
    putchar('\n');
  }
  if (threads) closedir(threads);
}

static void print_process(int pid) {
  char tag[32], path[80];
  snprintf(tag, sizeof tag, "S %d", pid);
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  print_lines(tag, path);
  print_threads(pid);

  snprintf(path, sizeof path, "/proc/%d/maps", pid);
  FILE *maps = fopen(path, "r");
  if (!maps) return;
  snprintf(path, sizeof path, "/proc/%d/pagemap", pid);
  int pagemap = pid == getpid() ? -1 : open(path, O_RDONLY);
  while (getline(&line, &line_capacity, maps) > 0) {
    uint64_t start, end;
    printf("V %d %s", pid, line);
    // Past 2^55 lies x86's vsyscall page, which is the kernel's and not in any process's tables.
    if (pagemap >= 0 && sscanf(line, "%" SCNx64 "-%" SCNx64, &start, &end) == 2 && start < UINT64_C(1) << 55)
      print_pages(pid, pagemap, start, end);
  }
  if (pagemap >= 0) close(pagemap);
  fclose(maps);
}

int main(int argc, char **argv) {
  page_size = sysconf(_SC_PAGESIZE);
  if (geteuid() != 0) return fputs("truth: run it as root: the kernel hides page frame numbers from others\n", stderr), 1;
  if (argc > 1 && lseek(STDOUT_FILENO, (off_t)atol(argv[1]) << 20, SEEK_SET) < 0) return perror("truth: seek"), 1;
  static char buffer[1 << 20];
  setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
  printf("PAGESIZE %ld\n", page_size);
  print_collector();
  print_lines("VERSION", "/proc/version");
  print_lines("CMDLINE", "/proc/cmdline");
  print_lines("IOMEM", "/proc/iomem");
  print_lines("MEMINFO", "/proc/meminfo");
  DIR *proc = opendir("/proc");
  if (!proc) return perror("truth: /proc"), 1;
  for (struct dirent *entry; (entry = readdir(proc));)
    if (isdigit((unsigned char)entry->d_name[0])) print_process(atoi(entry->d_name));
  closedir(proc);
  printf("END\n");
  if (fflush(stdout) || ferror(stdout)) return perror("truth: write"), 1;
  return 0;
}
