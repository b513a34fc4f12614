package dev.tablewalk.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.browser.Browser;
import dev.tablewalk.cli.browser.NeedsBrowser;
import dev.tablewalk.cli.training.HandMadeGuest;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;

/** The page, in a browser: of a guest that chose its names to do harm. */
@NeedsBrowser
class CheckPageIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set in open()
    static ChromeDriver browser;

    @BeforeAll
    static void open() throws IOException {
        StoreHome home = StoreHome.at(folder.resolve("home"));
        home.load("guest", new HandMadeGuest("guest"), Progress.NONE);
        try (Checkpoint checkpoint = home.open("guest")) {
            Files.writeString(
                    folder.resolve("page.html"),
                    CheckPage.of(
                            Reports.report(FailOn.INFO),
                            PageFacts.read(checkpoint, Progress.NONE)));
        }
        browser = Browser.open(folder);
        browser.get(folder.resolve("page.html").toUri().toString());
    }

    @AfterAll
    static void close() {
        browser.quit();
    }

    private static @Nullable Object ask(String script) {
        return browser.executeScript("return " + script);
    }

    @Test
    void theBrowserHasNothingToSay() {
        assertEquals(List.of(), browser.manage().logs().get(LogType.BROWSER).getAll());
        assertEquals("CSS1Compat", ask("document.compatMode"));
    }

    @Test
    void nothingIsFetched() {
        assertEquals(
                0L,
                ask(
                        "performance.getEntriesByType('resource')"
                                + ".filter(e => !e.name.startsWith('data:')).length"));
    }

    @Test
    void nothingOfAGuestIsMarkup() {
        assertEquals(0, browser.findElements(By.tagName("script")).size());
        assertEquals(0, browser.findElements(By.tagName("b")).size());
        String cell = browser.findElements(By.cssSelector("td.text")).getFirst().getText();
        assertTrue(cell.startsWith("<script>alert(1)</script>]]>&\"'{0}[x]("), cell);
        assertTrue(cell.contains("\\x1b[31m"), cell);
    }

    @Test
    void eachCheckIsToldTheWorstFirst() {
        assertEquals(
                List.of("worst", "least", "broken", "fine"),
                browser.findElements(By.cssSelector("details.check")).stream()
                        .map(check -> check.getDomAttribute("id"))
                        .toList());
        assertTrue(browser.findElement(By.cssSelector("#worst td.hex")).isDisplayed());
        assertEquals(
                "0xfffffffffffff000",
                browser.findElement(By.cssSelector("#worst td.hex")).getText());
        assertTrue(browser.findElement(By.cssSelector("#worst .cut")).getText().contains("2 of 3"));
        assertTrue(browser.findElement(By.cssSelector("#broken .problem")).isDisplayed());
    }

    @Test
    void memoryIsDrawnAndTheViolationIsMarkedInIt() {
        assertEquals(1, browser.findElements(By.cssSelector("svg.map image")).size());
        Map<?, ?> size =
                (Map<?, ?>)
                        browser.executeAsyncScript(
                                "const done = arguments[0], i = new Image(); i.onload = () =>"
                                    + " done({w: i.naturalWidth, h: i.naturalHeight}); i.onerror ="
                                    + " () => done({}); i.src = document.querySelector('svg"
                                    + " image').getAttribute('href')");
        assertEquals(Map.of("w", 512L, "h", 256L), size);
        // Two constraints found something at 0x40001000, the second frame.
        assertEquals(2, browser.findElements(By.cssSelector("svg.map .mark")).size());
        assertEquals(
                "3.0", browser.findElement(By.cssSelector("svg.map .mark")).getDomAttribute("cx"));
        assertTrue(
                browser.findElements(By.cssSelector(".legend li")).stream()
                        .anyMatch(kind -> kind.getText().startsWith("page tables")));
    }

    @Test
    void nothingSticksOutOnAPhoneOrAScreen() {
        for (int width : List.of(420, 1200)) {
            browser.manage().window().setSize(new Dimension(width, 900));
            assertEquals(
                    true,
                    ask("document.documentElement.scrollWidth <= window.innerWidth"),
                    width + " wide");
        }
    }

    @Test
    void isDarkWhereThatIsWanted() {
        Object light = ask("getComputedStyle(document.body).backgroundColor");
        Browser.scheme(browser, "dark");
        assertNotEquals(light, ask("getComputedStyle(document.body).backgroundColor"));
        Browser.scheme(browser, "light");
        assertEquals(light, ask("getComputedStyle(document.body).backgroundColor"));
    }
}
