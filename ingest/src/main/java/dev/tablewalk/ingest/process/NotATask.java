package dev.tablewalk.ingest.process;

/** What was read at a task's address cannot be a task's. Carries no stack trace. */
final class NotATask extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotATask(String why) {
        super(why, null, false, false);
    }
}
