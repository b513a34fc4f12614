// truth - what a Linux guest says of its own tasks and memory, from its own /proc.
//
//   truth > FILE           in any guest, as root
//   truth MIB > DEVICE     at an offset of a disk, so that no other process has to be there to write it. It is written past the page
//                          cache, which would take memory from processes, and anew, for a minute at most, while anything moves meanwhile. On a QEMU with
//                          `-device pvpanic-pci -action panic=pause` the machine stands still the moment it is done.
//
// Build it for an arm64 guest from elsewhere:  aarch64-linux-gnu-gcc -O2 -static -o truth truth.c
// for an x86-64 guest:                         x86_64-linux-gnu-gcc -O2 -static -o truth truth.c
// or in the guest itself:                      gcc -O2 -o truth truth.c
// Without root (CAP_SYS_ADMIN) the kernel hides page frame numbers and other users' processes: it refuses to start.
//
// One record a line, in text; the first word tells the kind:
//   PAGESIZE bytes
//   C pid ppid starttime hz   this collector: its parent, its start in clock ticks since boot, ticks a second.
//                             It and the shell above it move while it looks; what started later was not there yet.
//   VERSION text | CMDLINE text | IOMEM line | MEMINFO line | NODENAME text | BOOT_ID text | PRODUCT_UUID text
//   CLOCK seconds.nanoseconds since 1970, when all else was written down
//   S pid Field: value        a line of /proc/PID/status
//   T pid tid comm            a thread; a line feed in comm is written \n
//   A pid tid state ppid uid cpu switches
//                             more of that thread: its state's letter, its parent's process, its real user, the CPU it is on
//                             or was on last, and how often it was switched out, voluntarily or not: if that is as it was,
//                             the thread has not run since
//   V pid line                a VMA, as /proc/PID/maps prints it
//   P pid va value flags      a page that is present or swapped, from /proc/PID/pagemap, all but pid in hex.
//                             flags: bit 8 present (value is the PFN), bit 7 swapped (value is type | offset << 5),
//                             bit 6 file-mapped or shared, bit 1 mapped by this process alone, bit 0 soft-dirty.
//                             They are bits 63:55 of the entry, value its bits 54:0
//                             (Documentation/admin-guide/mm/pagemap.rst). The collector has no P lines of its own.
//   U pid start end           addresses, in hex, whose pages were not read, and of which there are no P lines (below)
//   END                       the last line; a truth without it is torn
// A reader passes over records that it does not know: A and U came later than the others.
//
// Programs reserve terabytes that they never touch (ASan, ZGC, Go's race detector), and pagemap has eight bytes for each page of
// them. Since 6.7 the kernel tells where pages are (PAGEMAP_SCAN), and only those are read. Before, the VMAs of a process are read
// whole, the smallest first, until MOST_ENTRIES; of the rest it is said that they were not.
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { VALUE_BITS = 55, PRESENT_OR_SWAPPED_SHIFT = 62, ENTRIES_A_READ = 1 << 17, MOST_ENTRIES = 1 << 22, REGIONS_A_SCAN = 1024 };

// Of include/uapi/linux/fs.h since 6.7, which the C library at hand may not have yet.
struct region {
  uint64_t start, end, categories;
};
struct scan {
  uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages, category_inverted, category_mask, category_anyof_mask,
      return_mask;
};
#define SCAN_PAGEMAP _IOWR('f', 16, struct scan)
enum { IS_PRESENT = 1 << 3, IS_SWAPPED = 1 << 4 };

enum { BLOCK = 1 << 20, SECTOR = 4096, MOST_TIMES = 8, MOST_SECONDS = 60 };

struct area {
  uint64_t start, end;
};

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

// The pages of an area, where the kernel can tell which there are; 0 if it cannot.
static int print_scanned(int pid, int pagemap, struct area area) {
  static struct region regions[REGIONS_A_SCAN];
  struct scan scan = {.size = sizeof scan,
                      .start = area.start,
                      .end = area.end,
                      .vec = (uintptr_t)regions,
                      .vec_len = REGIONS_A_SCAN,
                      .category_anyof_mask = IS_PRESENT | IS_SWAPPED,
                      .return_mask = IS_PRESENT | IS_SWAPPED};
  while (scan.start < area.end) {
    int found = ioctl(pagemap, SCAN_PAGEMAP, &scan);
    if (found < 0) return scan.start > area.start;
    for (int i = 0; i < found; i++) print_pages(pid, pagemap, regions[i].start, regions[i].end);
    if (scan.walk_end <= scan.start) break;
    scan.start = scan.walk_end;
  }
  return 1;
}

static int smallest_first(const void *a, const void *b) {
  uint64_t one = ((const struct area *)a)->end - ((const struct area *)a)->start;
  uint64_t other = ((const struct area *)b)->end - ((const struct area *)b)->start;
  return (one > other) - (one < other);
}

static void print_all_pages(int pid, int pagemap, struct area *areas, size_t count) {
  uint64_t read = 0;
  qsort(areas, count, sizeof *areas, smallest_first);
  for (size_t i = 0; i < count; i++) {
    if (print_scanned(pid, pagemap, areas[i])) continue;
    read += (areas[i].end - areas[i].start) / page_size;
    if (read <= MOST_ENTRIES) print_pages(pid, pagemap, areas[i].start, areas[i].end);
    else printf("U %d %" PRIx64 " %" PRIx64 "\n", pid, areas[i].start, areas[i].end);
  }
}

// Fields 3, 4 and 39 of stat; comm, field 2, may itself hold blanks and parentheses. The switches are read first: a thread that runs
// between the two has more of them by the time the machine stops.
static void print_more_of(int pid, int tid) {
  char path[80], state = 0;
  int ppid = 0, cpu = 0;
  unsigned uid = 0;
  unsigned long long switches = 0, count;
  snprintf(path, sizeof path, "/proc/%d/task/%d/status", pid, tid);
  FILE *file = fopen(path, "r");
  if (!file) return;
  while (getline(&line, &line_capacity, file) > 0) {
    sscanf(line, "Uid: %u", &uid);
    if (sscanf(line, "voluntary_ctxt_switches: %llu", &count) == 1) switches += count;
    if (sscanf(line, "nonvoluntary_ctxt_switches: %llu", &count) == 1) switches += count;
  }
  fclose(file);
  snprintf(path, sizeof path, "/proc/%d/task/%d/stat", pid, tid);
  if (!(file = fopen(path, "r"))) return;
  // Its comm may hold a line feed as well.
  ssize_t n = getdelim(&line, &line_capacity, 0, file);
  fclose(file);
  char *at = n > 0 ? strrchr(line, ')') : NULL;
  if (!at || sscanf(at, ") %c %d", &state, &ppid) != 2) return;
  for (int field = 2; at && field < 39; field++) at = strchr(at + 1, ' ');
  if (!at) return;
  cpu = atoi(at);
  printf("A %d %d %c %d %u %d %llu\n", pid, tid, state, ppid, uid, cpu, switches);
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
    print_more_of(pid, tid);
  }
  if (threads) closedir(threads);
}

static void print_process(int pid) {
  char tag[32], path[80];
  snprintf(tag, sizeof tag, "S %d", pid);
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  print_lines(tag, path);
  print_threads(pid);

  static struct area *areas;
  static size_t capacity;
  size_t count = 0;
  snprintf(path, sizeof path, "/proc/%d/maps", pid);
  FILE *maps = fopen(path, "r");
  if (!maps) return;
  while (getline(&line, &line_capacity, maps) > 0) {
    struct area area;
    printf("V %d %s", pid, line);
    if (sscanf(line, "%" SCNx64 "-%" SCNx64, &area.start, &area.end) != 2) continue;
    if (area.start >> 63) continue;  // x86's vsyscall page, which is the kernel's and not in any process's tables
    if (count == capacity && !(areas = realloc(areas, (capacity = 2 * capacity + 64) * sizeof *areas))) abort();
    areas[count++] = area;
  }
  fclose(maps);
  if (pid == getpid()) return;
  snprintf(path, sizeof path, "/proc/%d/pagemap", pid);
  int pagemap = open(path, O_RDONLY);
  if (pagemap < 0) return;
  print_all_pages(pid, pagemap, areas, count);
  close(pagemap);
}

static void print_truth(void) {
  printf("PAGESIZE %ld\n", page_size);
  print_collector();
  print_lines("VERSION", "/proc/version");
  print_lines("CMDLINE", "/proc/cmdline");
  print_lines("IOMEM", "/proc/iomem");
  print_lines("MEMINFO", "/proc/meminfo");
  print_lines("NODENAME", "/proc/sys/kernel/hostname");
  print_lines("BOOT_ID", "/proc/sys/kernel/random/boot_id");
  print_lines("PRODUCT_UUID", "/sys/class/dmi/id/product_uuid");
  DIR *proc = opendir("/proc");
  if (!proc) perror("truth: /proc"), exit(1);
  for (struct dirent *entry; (entry = readdir(proc));)
    if (isdigit((unsigned char)entry->d_name[0])) print_process(atoi(entry->d_name));
  closedir(proc);
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  printf("CLOCK %lld.%09ld\n", (long long)now.tv_sec, now.tv_nsec);
  printf("END\n");
  if (fflush(stdout) || ferror(stdout)) perror("truth: write"), exit(1);
}

// Whole blocks from a buffer of its own: what is written past the page cache has to be aligned.
static char *block;
static size_t in_block;

static int write_block(size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t n = write(STDOUT_FILENO, block + done, size - done);
    if (n <= 0) return -1;
    done += n;
  }
  in_block = 0;
  return 0;
}

static ssize_t add_to_block(void *cookie, const char *bytes, size_t size) {
  (void)cookie;
  for (size_t done = 0, n; done < size; done += n, in_block += n) {
    if (in_block == BLOCK && write_block(BLOCK)) return 0;
    n = size - done < BLOCK - in_block ? size - done : BLOCK - in_block;
    memcpy(block + in_block, bytes + done, n);
  }
  return size;
}

// What would show that a truth was not of one moment: which threads there are, and what the kernel counts when pages come, go or
// move, but for what this program brings about itself.
struct pulse {
  uint64_t threads, events;
};

static struct pulse feel_pulse(void) {
  static const char *const counted[] = {"pgfault ", "pswp", "pgsteal", "pgmigrate", "thp_"};
  struct pulse pulse = {0};
  char path[80], name[80];
  DIR *proc = opendir("/proc");
  for (struct dirent *entry; proc && (entry = readdir(proc));) {
    if (!isdigit((unsigned char)entry->d_name[0])) continue;
    snprintf(path, sizeof path, "/proc/%d/task", atoi(entry->d_name));
    DIR *threads = opendir(path);
    for (struct dirent *thread; threads && (thread = readdir(threads));)
      if (isdigit((unsigned char)thread->d_name[0])) pulse.threads = (pulse.threads + atoi(thread->d_name)) * 0x9e3779b97f4a7c15;
    if (threads) closedir(threads);
  }
  if (proc) closedir(proc);
  FILE *file = fopen("/proc/vmstat", "r");
  while (file && getline(&line, &line_capacity, file) > 0) {
    unsigned long long count;
    if (sscanf(line, "%79s %llu", name, &count) != 2) continue;
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
      if (!strncmp(line, counted[i], strlen(counted[i]))) pulse.events += count;
  }
  if (file) fclose(file);
  struct rusage own;
  getrusage(RUSAGE_SELF, &own);
  pulse.events -= own.ru_minflt + own.ru_majflt;
  return pulse;
}

static unsigned long number_in(const char *folder, const char *name) {
  char path[512];
  unsigned long number = 0;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  if (fscanf(file, "%lx", &number) != 1) number = 0;
  fclose(file);
  return number;
}

// The register of QEMU's pvpanic device, by which a guest says that it has panicked: QEMU then stops it at once, where a word to the
// host leaves it running until the host has heard (docs/specs/pvpanic of QEMU).
static volatile unsigned char *find_stop(void) {
  enum { RED_HAT = 0x1b36, PVPANIC = 0x11 };
  static const char pci[] = "/sys/bus/pci/devices";
  char folder[300], path[320];
  volatile unsigned char *found = NULL;
  DIR *devices = opendir(pci);
  for (struct dirent *entry; !found && devices && (entry = readdir(devices));) {
    snprintf(folder, sizeof folder, "%s/%s", pci, entry->d_name);
    if (number_in(folder, "vendor") != RED_HAT || number_in(folder, "device") != PVPANIC) continue;
    snprintf(path, sizeof path, "%s/enable", folder);
    int enable = open(path, O_WRONLY);
    if (enable < 0 || write(enable, "1", 1) != 1) perror(path);
    if (enable >= 0) close(enable);
    snprintf(path, sizeof path, "%s/resource0", folder);
    int resource = open(path, O_RDWR | O_SYNC);
    if (resource < 0) continue;
    void *registers = mmap(NULL, page_size, PROT_READ | PROT_WRITE, MAP_SHARED, resource, 0);
    if (registers != MAP_FAILED) found = (volatile unsigned char *)registers + number_in(folder, "resource") % page_size;
    close(resource);
  }
  if (devices) closedir(devices);
  return found;
}

// Writes the truth at `mib` of a disk until nothing has moved meanwhile, and then stops the machine, if it can be stopped.
static int write_to_disk(off_t mib) {
  enum { PANICKED = 1 };
  static char buffer[1 << 16];
  block = aligned_alloc(SECTOR, BLOCK);
  FILE *blocks = block ? fopencookie(NULL, "w", (cookie_io_functions_t){.write = add_to_block}) : NULL;
  if (!blocks) return perror("truth"), 1;
  stdout = blocks;
  setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
  fcntl(STDOUT_FILENO, F_SETFL, fcntl(STDOUT_FILENO, F_GETFL) | O_DIRECT);
  volatile unsigned char *stop = find_stop();
  time_t started = time(NULL);
  for (int times = 1;; times++) {
    struct pulse before = feel_pulse();
    if (lseek(STDOUT_FILENO, mib << 20, SEEK_SET) < 0) return perror("truth: seek"), 1;
    print_truth();
    size_t rest = (in_block + SECTOR - 1) / SECTOR * SECTOR;
    memset(block + in_block, '\n', rest - in_block);
    if (write_block(rest) || fsync(STDOUT_FILENO)) return perror("truth: write"), 1;
    struct pulse after = feel_pulse();
    if (before.threads == after.threads && before.events == after.events) break;
    int again = times < MOST_TIMES && time(NULL) - started < MOST_SECONDS;
    fprintf(stderr, "truth: %s moved while it was taken%s\n", before.threads == after.threads ? "pages" : "tasks",
            again ? ": once more" : "");
    if (!again) break;
  }
  if (stop) *stop = PANICKED;
  return 0;
}

int main(int argc, char **argv) {
  page_size = sysconf(_SC_PAGESIZE);
  if (geteuid() != 0) return fputs("truth: run it as root: the kernel hides page frame numbers from others\n", stderr), 1;
  if (argc > 1) return write_to_disk(atol(argv[1]));
  static char buffer[1 << 20];
  setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
  print_truth();
  return 0;
}
