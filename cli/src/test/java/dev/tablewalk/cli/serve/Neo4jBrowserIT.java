package dev.tablewalk.cli.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tablewalk.cli.browser.Browser;
import dev.tablewalk.cli.browser.NeedsBrowser;
import dev.tablewalk.ingest.lab.LabGuests;
import dev.tablewalk.ingest.lab.NeedsLabGuest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;

/** Neo4j Browser, as tablewalk serves it, on a real guest. */
@NeedsBrowser
@NeedsLabGuest(Neo4jBrowserIT.GUEST)
class Neo4jBrowserIT {
    static final String GUEST = "arm64-6.12";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set in open()
    static Serving serving;

    @BeforeAll
    static void open() {
        serving =
                Serving.of(
                        folder,
                        Duration.ofSeconds(60),
                        Serving.graph("before", LabGuests.require(GUEST).image(1)));
    }

    @AfterAll
    static void close() {
        serving.close();
    }

    @Test
    void whatIsAskedOfNeo4jBrowserIsAnswered() {
        ChromeDriver browser = Browser.open(folder);
        try {
            browser.get(serving.origin() + "/?token=" + Serving.TOKEN);
            browser.get(
                    serving.origin()
                            + "/browser/?dbms=bolt://neo4j@127.0.0.1:"
                            + serving.checkpoints.getFirst().boltPort());
            element(browser, "input[type=password]").sendKeys(Serving.PASSWORD, Keys.ENTER);
            Browser.until(
                    () -> browser.findElements(By.cssSelector("input[type=password]")).isEmpty(),
                    () -> browser.findElement(By.tagName("body")).getText());
            element(browser, "textarea")
                    .sendKeys(
                            "MATCH (t:Task) RETURN count(t) AS tasks_of_the_guest",
                            Keys.chord(Keys.CONTROL, Keys.ENTER));
            String tasks = "" + serving.number("MATCH (t:Task) RETURN count(t)");
            Browser.until(
                    () ->
                            browser.findElements(By.cssSelector("td, .ag-cell")).stream()
                                    .anyMatch(cell -> cell.getText().strip().equals(tasks)),
                    () -> tasks + " tasks in " + browser.findElement(By.tagName("body")).getText());
            Object elsewhere =
                    browser.executeScript(
                            "return performance.getEntriesByType('resource')"
                                    + ".filter(e => e.transferSize > 0).map(e => e.name)"
                                    + ".filter(n => !n.includes('//127.0.0.1:'))");
            assertEquals(List.of(), elsewhere);
            assertFalse(browser.getPageSource().isEmpty());
        } finally {
            browser.quit();
        }
    }

    private static WebElement element(ChromeDriver browser, String selector) {
        Browser.until(
                () -> !browser.findElements(By.cssSelector(selector)).isEmpty(),
                () -> selector + " in " + browser.findElement(By.tagName("body")).getText());
        return browser.findElement(By.cssSelector(selector));
    }
}
