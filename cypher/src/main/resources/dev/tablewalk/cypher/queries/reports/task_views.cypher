// id: task_views
// title: Tasks by the views that they are in
// kind: report
// meaning: The kernel keeps its tasks in several structures at once, and a search of memory finds them by their shape. How many are
//   in which of these views; what is missing from one is listed by the checks of category tasks.
// column: found_by list | the views
// column: tasks integer | how many
// column: kernel_threads integer | of these, kernel threads
// column: ended integer | of these, those that have ended
// column: examples list | names of some
// source: kernel/fork.c copy_process()
MATCH (t:Task)
WITH t ORDER BY t.pid
RETURN t.found_by AS found_by, count(t) AS tasks, sum(CASE WHEN t.kthread THEN 1 ELSE 0 END) AS kernel_threads,
  sum(CASE WHEN t.exit_state <> 0 THEN 1 ELSE 0 END) AS ended, collect(t.name)[0..3] AS examples
ORDER BY tasks DESC
