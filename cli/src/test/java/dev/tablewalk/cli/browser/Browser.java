package dev.tablewalk.cli.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/** Opens it, without a window. */
public final class Browser {
    private static final Path DOCS = Path.of("..", "docs", "images");

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private Browser() {}

    /**
     * A browser of 1200 by 900.
     *
     * @param folder for its profile
     */
    public static ChromeDriver open(Path folder) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(NeedsBrowser.Condition.BROWSER.toFile());
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + folder.resolve("profile"));
        ChromeDriver browser =
                new ChromeDriver(
                        new ChromeDriverService.Builder()
                                .usingDriverExecutable(NeedsBrowser.Condition.DRIVER.toFile())
                                .usingAnyFreePort()
                                .build(),
                        options);
        browser.manage().window().setSize(new Dimension(1200, 900));
        return browser;
    }

    /**
     * Waits for something to become so.
     *
     * @param otherwise what to say if it does not within a minute
     */
    public static void until(BooleanSupplier condition, Supplier<String> otherwise) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain for " + otherwise.get());
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** Waits until an expression of JavaScript is true of the page. */
    public static void until(ChromeDriver browser, String condition) {
        until(
                () ->
                        Boolean.TRUE.equals(
                                browser.executeScript("return Boolean(" + condition + ")")),
                () ->
                        condition
                                + "; the page: "
                                + browser.findElement(By.tagName("body")).getText());
    }

    /** Requires that nothing was said on its console. */
    public static void assertHadNothingToComplainOf(ChromeDriver browser) {
        assertEquals(
                List.of(),
                browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                        .map(LogEntry::getMessage)
                        .toList());
    }

    /** What a page takes the user's wish to be: {@code light} or {@code dark}. */
    public static void scheme(ChromeDriver browser, String value) {
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", value))));
    }

    /** Keeps a picture of the page in {@code docs/images}, if documents are to be written. */
    public static void picture(ChromeDriver browser, String name) throws IOException {
        if (Boolean.getBoolean("tablewalk.writeDocs")) {
            Files.write(DOCS.resolve(name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
        }
    }
}
