package dev.tablewalk.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The program that is submitted to Spark: {@code spark-submit --class dev.tablewalk.spark.Driver
 * JAR SOCKET}. It answers whoever listens at the socket, and ends when that process is gone.
 */
public final class Driver {
    /** How often rows that are few go out, and tasks are counted. */
    private static final int TICK_MILLIS = 200;

    /** How long Spark may take to stop. */
    private static final int LAST_SECONDS = 10;

    private Driver() {}

    /**
     * Answers questions until nobody asks any more.
     *
     * @param args the socket's file
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Asker asker = Asker.at(Path.of(args[0]));
        Asker.Opening opening = asker.opening();
        BlockingQueue<Asker.Question> questions = new LinkedBlockingQueue<>();
        daemon("questions", () -> read(asker, questions));
        Session session;
        try {
            session = Session.open(opening);
            if (session.isEmpty()) {
                throw new Refusal("no checkpoints in it");
            }
        } catch (Exception e) {
            asker.failed(Failure.line(e));
            return;
        }
        TaskCount tasks = new TaskCount();
        session.spark().sparkContext().addSparkListener(tasks);
        asker.opened();
        daemon("progress", () -> tell(asker, tasks));
        while (true) {
            answer(session, questions.take(), asker);
        }
    }

    private static void answer(Session session, Asker.Question question, Asker asker)
            throws IOException {
        try {
            session.answer(question, asker);
        } catch (Exception e) {
            asker.failed(Failure.line(e));
        }
    }

    private static void read(Asker asker, BlockingQueue<Asker.Question> questions) {
        try {
            while (true) {
                questions.add(asker.question());
            }
        } catch (IOException e) {
            // Nobody is there any more. Spark stops as the process ends, or with it.
            daemon("end", Driver::halt);
            System.exit(0);
        }
    }

    private static void tell(Asker asker, TaskCount tasks) {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
                asker.tasks(tasks.take());
            }
        } catch (IOException | InterruptedException e) {
            // The thread that reads ends the process.
        }
    }

    private static void halt() {
        try {
            TimeUnit.SECONDS.sleep(LAST_SECONDS);
        } catch (InterruptedException e) {
            // All the sooner.
        }
        Runtime.getRuntime().halt(1);
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
