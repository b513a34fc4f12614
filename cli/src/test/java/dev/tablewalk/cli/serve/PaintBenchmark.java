package dev.tablewalk.cli.serve;

import dev.tablewalk.cli.browser.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.openqa.selenium.chrome.ChromeDriver;

/** How long the explorer's views take, and how much they fetch: {@code bench/explorer}. */
final class PaintBenchmark {
    private static final List<String> VIEWS =
            List.of(
                    "overview",
                    "memory",
                    "memory?layer=owner",
                    "memory?layer=mappings",
                    "memory?layer=level",
                    "space",
                    "tables",
                    "graph",
                    "ask?q=MATCH (t:Task) RETURN t.pid, t.name LIMIT 100");

    /** Goes to a view; tells when its first elements stood, when all did, and what came for it. */
    private static final String VISIT =
            """
            const done = arguments[1];
            const view = document.getElementById('view');
            const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
            (async () => {
              location.hash = '#/';
              await new Promise((resolve) => setTimeout(resolve, 500));
              performance.clearResourceTimings();
              const begin = performance.now();
              location.hash = arguments[0];
              let first = null;
              const name = arguments[0].split(/[/?]/)[2];
              const finished = () => view.classList.contains(name) && view.dataset.state === 'ready'
                  && (name !== 'memory' || view.dataset.painted) && (name !== 'ask' || view.dataset.answer === 'done');
              while (!finished() && performance.now() - begin < 60000) {
                await frame();
                if (first === null && view.classList.contains(name) && view.childElementCount > 0) first = performance.now() - begin;
              }
              const all = performance.now() - begin;
              await new Promise((resolve) => setTimeout(resolve, 200));
              const bytes = performance.getEntriesByType('resource').reduce((sum, one) => sum + one.encodedBodySize, 0);
              done({first: first ?? all, all, bytes});
            })();
            """;

    private PaintBenchmark() {}

    /**
     * Prints Markdown.
     *
     * @param args the link that {@code serve} printed, and the checkpoint
     */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createTempDirectory("paint");
        ChromeDriver browser = Browser.open(folder);
        try {
            browser.manage().timeouts().scriptTimeout(Duration.ofMinutes(2));
            browser.get(args[0]);
            System.out.println(
                    "| view | first paint, first visit | whole | fetched | first paint, again |"
                            + " whole |");
            System.out.println("| --- | ---: | ---: | ---: | ---: | ---: |");
            for (String view : VIEWS) {
                Map<?, ?> first = visit(browser, args[1], view);
                Map<?, ?> again = visit(browser, args[1], view);
                System.out.printf(
                        "| %s | %.0f ms | %.0f ms | %.0f KiB | %.0f ms | %.0f ms |%n",
                        view.replaceAll("[?](layer=)?(q=.*)?", " "),
                        number(first, "first"),
                        number(first, "all"),
                        number(first, "bytes") / 1024,
                        number(again, "first"),
                        number(again, "all"));
            }
        } finally {
            browser.quit();
        }
    }

    private static Map<?, ?> visit(ChromeDriver browser, String checkpoint, String view) {
        return (Map<?, ?>)
                Objects.requireNonNull(
                        browser.executeAsyncScript(VISIT, "#/" + checkpoint + "/" + view));
    }

    private static double number(Map<?, ?> result, String key) {
        return result.get(key) instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
