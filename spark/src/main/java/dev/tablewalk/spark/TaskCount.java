package dev.tablewalk.spark;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Counts the tasks that end well. */
final class TaskCount extends SparkListener {
    private final AtomicInteger done = new AtomicInteger();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
        if (end.taskInfo().successful()) {
            done.incrementAndGet();
        }
    }

    /** Those since it was asked last. */
    int take() {
        return done.getAndSet(0);
    }
}
