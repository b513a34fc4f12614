package dev.tablewalk.cli.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tablewalk.cli.Cli;
import dev.tablewalk.cli.browser.Browser;
import dev.tablewalk.cli.browser.NeedsBrowser;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.series.Series;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;

/** A series in a browser: the strip of its moments, counts and violations over time, changes. */
@NeedsBrowser
class ExplorerTimeIT {
    private static final String LAST = MadeSeries.PREFIX + "-000006";

    private static final int MANY = 5000;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set in open()
    static Serving serving;

    @SuppressWarnings("NullAway.Init") // set in open()
    static ChromeDriver browser;

    /** Lines that {@code diff} prints of the first moment and the last. */
    private static long changesOfAll;

    @BeforeAll
    static void open() throws IOException {
        MadeSeries.make(folder);
        String home = folder.resolve("home").toString();
        Cli diff = Cli.run("diff", "--home", home, "--format", "ndjson", "guest-000001", LAST);
        changesOfAll = diff.out().lines().count();
        Serving.load(folder, HostileGuest.graph(folder, "alone"));
        MadeSeries.writeLong(folder, "long", MANY);
        Serving.load(folder, HostileGuest.graph(folder, "long-00" + MANY));
        serving =
                Serving.open(
                        folder, Duration.ofSeconds(60), List.of(LAST, "alone", "long-00" + MANY));
        browser = Browser.open(folder);
        browser.manage().window().setSize(new Dimension(1280, 860));
        browser.get(serving.origin() + "/?token=" + Serving.TOKEN);
    }

    @AfterAll
    static void close() {
        browser.quit();
        serving.close();
    }

    /** What it rests on would be pointed at in the next view. */
    @AfterEach
    void moveThePointerAway() {
        new Actions(browser).moveToLocation(2, 2).perform();
    }

    @AfterEach
    void theBrowserHadNothingToComplainOf() {
        Browser.assertHadNothingToComplainOf(browser);
    }

    private static void view(String address) {
        String url = serving.origin() + "/#/" + address;
        if (url.equals(browser.getCurrentUrl())) {
            browser.navigate().refresh(); // else nothing is shown anew
        } else {
            browser.get(url);
        }
        until("document.getElementById('view')?.dataset.state === 'ready'");
    }

    private static void until(String condition) {
        Browser.until(browser, condition);
    }

    private static @Nullable Object ask(String script) {
        return browser.executeScript("return " + script);
    }

    private static String text(String selector) {
        return String.valueOf(
                browser.findElement(By.cssSelector(selector)).getDomProperty("textContent"));
    }

    private static WebElement strip() {
        until("document.querySelector('.strip')");
        return browser.findElement(By.cssSelector(".strip"));
    }

    /** What {@code list --series} prints of each moment. */
    private static List<JsonNode> listed() throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        String home = folder.resolve("home").toString();
        for (String line :
                Cli.succeed(
                                "list",
                                "--series",
                                MadeSeries.PREFIX,
                                "--format",
                                "ndjson",
                                "--home",
                                home)
                        .out()
                        .lines()
                        .toList()) {
            rows.add(new ObjectMapper().readTree(line));
        }
        return rows;
    }

    private static @Nullable String classOf(int index) {
        return browser.findElement(By.cssSelector(".strip g[data-first='" + index + "']"))
                .getDomAttribute("class");
    }

    @Test
    void theStripHasAMarkForEachMomentAndShowsWhatIsKept() {
        for (String view : List.of("overview", "memory", "space", "tables", "graph", "ask")) {
            view(LAST + "/" + view);
            strip();
            assertEquals(
                    MadeSeries.MOMENTS,
                    browser.findElements(By.cssSelector(".strip .moment")).size(),
                    view);
        }
        assertEquals("moment whole", classOf(0));
        assertEquals("moment", classOf(1));
        assertEquals("moment came", classOf(2));
        assertEquals("moment violated", classOf(3));
        assertEquals("moment whole", classOf(4));
        assertEquals("moment whole shown", classOf(5));
        assertEquals(1, browser.findElements(By.cssSelector(".strip .gap")).size());
        view("alone/overview");
        assertFalse(browser.findElement(By.id("timeline")).isDisplayed());
    }

    /** Over the middle of a mark. */
    private static Actions over(String selector) {
        return new Actions(browser).moveToElement(browser.findElement(By.cssSelector(selector)));
    }

    @Test
    void whatIsKeptOfAMomentIsToldUnderThePointer() {
        view(LAST + "/overview");
        strip();
        over(".strip g[data-first='2'] .body").perform();
        until("!document.querySelector('.moment-card').hidden");
        String card = text(".moment-card");
        assertTrue(card.contains("guest-000003 2026-11-30 10:00:30 UTC"), card);
        assertTrue(card.contains("only what changed is kept"), card);
        assertTrue(card.contains("1 " + MadeSeries.CONSTRAINT), card);
        assertTrue(card.contains("stood still 3.5 ms"), card);
        over(".strip .gap").perform();
        until(
                "document.querySelector('.moment-card').textContent.includes('no moment for 70 s:"
                        + " 6 were given up')");
    }

    @Test
    void aClickOpensAnotherMomentAtTheSamePlace() {
        view(LAST + "/space?pid=1");
        strip();
        over(".strip g[data-first='0'] .body").click().perform();
        until("location.hash === '#/guest-000001/space?pid=1'");
        until("document.getElementById('view').dataset.state === 'ready'");
        until("document.querySelector('.strip g[data-first=\"0\"].shown')");
        view("guest-000001/overview");
        assertEquals(listed1().path("tasks").asText(), text(".tiles strong"), "the first moment's");
        // One that is not whole cannot be opened.
        over(".strip g[data-first='1'] .body").click().perform();
        assertTrue(String.valueOf(browser.getCurrentUrl()).contains("#/guest-000001/overview"));
        browser.navigate().to(serving.origin() + "/#/guest-000002/overview");
        until("document.getElementById('view').dataset.state === 'failed'");
        assertTrue(text("#view").contains("no longer kept whole"), text("#view"));
        browser.manage().logs().get(LogType.BROWSER); // it noted the 400, rightly
    }

    private static JsonNode listed1() {
        try {
            return listed().getFirst();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void keysGoFromMomentToMoment() {
        view(LAST + "/tables");
        WebElement strip = strip();
        browser.executeScript("document.querySelector('.strip').focus()");
        strip.sendKeys(Keys.ARROW_LEFT);
        assertEquals("5", strip.getDomAttribute("aria-valuenow"));
        strip.sendKeys(Keys.HOME);
        assertEquals("1", strip.getDomAttribute("aria-valuenow"));
        strip.sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        assertEquals(
                "guest-000003, 2026-11-30 10:00:30 UTC, what changed is kept, violations: 1 "
                        + MadeSeries.CONSTRAINT,
                strip.getDomAttribute("aria-valuetext"));
        strip.sendKeys(Keys.PAGE_DOWN);
        assertEquals("5", strip.getDomAttribute("aria-valuenow"));
        strip.sendKeys(Keys.ENTER);
        until("location.hash === '#/guest-000005/tables'");
        until("document.getElementById('view').dataset.state === 'ready'");
        strip = strip();
        strip.sendKeys(Keys.chord(Keys.SHIFT, Keys.ARROW_LEFT), Keys.ENTER);
        until("location.hash.includes('from=guest-000004&to=guest-000005')");
    }

    @Test
    void chartsAndTheTableSayWhatListSays() throws IOException {
        view(LAST + "/time");
        List<JsonNode> listed = listed();
        WebElement charts = browser.findElement(By.cssSelector(".charts"));
        charts.sendKeys(Keys.HOME);
        for (JsonNode row : listed) {
            assertTrue(text(".pointed").startsWith(row.path("name").asText()), text(".pointed"));
            assertEquals(row.path("tasks").asText(), value("tasks"));
            assertEquals(sum(row.path("violations")), Long.parseLong(value("violations")));
            assertEquals(sum(row.path("anomalies")), Long.parseLong(value("anomalies")));
            assertEquals(
                    String.format(Locale.ROOT, "%.1f ms", row.path("standstill_ms").asDouble()),
                    value("standstill_ms"));
            charts.sendKeys(Keys.ARROW_RIGHT);
        }
        // The line is as the values are: the least at the bottom, the most at the top.
        assertEquals(
                "M0.5 94.00L1.5 76.40L2.5 58.80L3.5 41.20L4.5 23.60L5.5 6.00",
                browser.findElement(By.cssSelector("[data-id=tasks] .line")).getDomAttribute("d"));
        WebElement tasks = browser.findElement(By.cssSelector("[data-id=tasks] svg"));
        new Actions(browser).moveToElement(tasks, 5, 0).perform(); // right of the middle
        assertTrue(text(".pointed").startsWith("guest-000004"), text(".pointed"));

        browser.executeScript(
                "document.querySelectorAll('#view details').forEach(e => { e.open = true; })");
        until("document.querySelectorAll('#moments table.rows tbody tr').length === 6");
        assertEquals(
                listed.stream()
                        .map(
                                row ->
                                        row.path("number").asText()
                                                + " "
                                                + row.path("name").asText()
                                                + " "
                                                + row.path("whole").asText()
                                                + " "
                                                + row.path("tasks").asText())
                        .toList(),
                ask(
                        "[...document.querySelectorAll('#moments table.rows tbody tr')].map(r =>"
                                + " [0, 1, 3, 4].map(i => r.cells[i].textContent).join(' '))"));
    }

    private static String value(String measure) {
        return text("[data-id=" + measure + "] .value");
    }

    private static long sum(JsonNode counts) {
        return counts.valueStream().mapToLong(JsonNode::asLong).sum();
    }

    @Test
    void aLaneTellsWhenAConstraintDidNotHold() {
        view(LAST + "/time");
        WebElement lane =
                browser.findElement(By.cssSelector(".lane[data-id=" + MadeSeries.CONSTRAINT + "]"));
        List<WebElement> broken = lane.findElements(By.cssSelector("rect.broken"));
        assertEquals(1, broken.size());
        assertEquals("2", broken.getFirst().getDomAttribute("data-first"));
        assertEquals("3", broken.getFirst().getDomAttribute("data-last"));
        assertTrue(
                text(".lane .ends").contains("1 from guest-000003 to guest-000004"),
                text(".lane .ends"));
        WebElement lanes = browser.findElement(By.cssSelector(".lanes"));
        String now = ".lane[data-id=" + MadeSeries.CONSTRAINT + "] .value";
        assertEquals("held", text(now));
        lanes.sendKeys(Keys.HOME, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        assertEquals("1", text(now));
    }

    @Test
    void whatChangedIsOneClickAway() {
        view(LAST + "/overview");
        strip();
        over(".strip g[data-first='5'] .body").perform();
        until("!document.querySelector('.moment-card').hidden");
        browser.findElement(By.linkText("Changed since the one before")).click();
        until("document.querySelector('#changed table')");
        assertTrue(text("#changed").contains("As it was kept"), text("#changed"));
        assertTrue(sums().contains("task added 1 0"), () -> sums().toString());

        // Both whole, and not next to each other: compared now.
        over(".strip g[data-first='0'] .body")
                .keyDown(Keys.SHIFT)
                .click()
                .keyUp(Keys.SHIFT)
                .perform();
        until("location.hash.includes('from=guest-000001&to=guest-000006')");
        until("document.querySelector('#changed')?.textContent.includes('were compared')");
        assertTrue(sums().contains("task added 5 0"), () -> sums().toString());
        assertEquals(
                changesOfAll,
                sums().stream().mapToLong(sum -> Long.parseLong(sum.split(" ", 4)[2])).sum());

        // Moments that are gone: what was kept of each between.
        view(LAST + "/time?from=guest-000002&to=guest-000004");
        until("document.querySelector('#changed table')");
        assertTrue(text("#changed").contains("one after the other"), text("#changed"));
        assertTrue(sums().contains("task added 2 0"), () -> sums().toString());
    }

    /** Rows of the table of kinds, the subject with the change that its words have. */
    private static List<String> sums() {
        return browser
                .findElements(By.cssSelector("#changed .columns > :first-child tbody tr"))
                .stream()
                .map(row -> String.valueOf(row.getDomProperty("innerText")).replace('\t', ' '))
                .toList();
    }

    /** As many elements as for few, and yet each can be gone to. */
    @Test
    void thousandsOfMomentsAreDrawnAsFew() {
        view("long-00" + MANY + "/time");
        WebElement strip = strip();
        assertEquals(String.valueOf(MANY), strip.getDomAttribute("aria-valuemax"));
        assertEquals(
                MANY,
                number(
                        "[...document.querySelectorAll('.strip .moment')].reduce((n, g) => n + 1 +"
                                + " Number(g.dataset.last) - g.dataset.first, 0)"));
        long elements = number("document.querySelectorAll('*').length");
        assertTrue(elements < 2000, elements + " elements");
        long points = number("document.querySelector('.line').getAttribute('d').split('L').length");
        assertTrue(points > 100 && points <= 600, points + " points");
        strip.sendKeys(Keys.HOME, Keys.ARROW_RIGHT);
        assertEquals("2", strip.getDomAttribute("aria-valuenow"));
        browser.findElement(By.cssSelector(".charts")).sendKeys(Keys.HOME, Keys.ARROW_RIGHT);
        assertTrue(text(".pointed").startsWith("long-000002"), text(".pointed"));
    }

    private static long number(String script) {
        return ((Number) Objects.requireNonNull(ask(script))).longValue();
    }

    /**
     * A series that {@link dev.tablewalk.cli.capture.WatchTruthIT} has left, as documents show it.
     */
    @Test
    @EnabledIfSystemProperty(named = "tablewalk.watch.home", matches = ".+")
    void aSeriesOfAGuestThatRanIsDrawn() throws IOException {
        Path home = Path.of(System.getProperty("tablewalk.watch.home", ""));
        Series watched = Series.of(StoreHome.at(home), "guest");
        String name = watched.name(watched.moments().getLast().number());
        try (Serving one = Serving.at(home, Duration.ofSeconds(60), List.of(name))) {
            browser.manage().window().setSize(new Dimension(1300, 960));
            browser.get(one.origin() + "/?token=" + Serving.TOKEN);
            browser.get(one.origin() + "/#/" + name + "/time");
            until("document.getElementById('view')?.dataset.state === 'ready'");
            until("document.querySelector('.lane')");
            over(".strip g[data-first='3'] .body").perform();
            until("!document.querySelector('.moment-card').hidden");
            Browser.picture(browser, "explorer-time");
        } finally {
            browser.manage().window().setSize(new Dimension(1280, 860));
            browser.get(serving.origin() + "/?token=" + Serving.TOKEN);
        }
    }

    @Test
    void nothingThatAGuestNamedIsMarkup() {
        view(LAST + "/time?from=guest-000001&to=guest-000006");
        until("document.querySelector('#changed table')");
        browser.executeScript(
                "document.querySelectorAll('#view details').forEach(e => { e.open = true; })");
        assertEquals(0, browser.findElements(By.cssSelector("img, b")).size());
        assertFalse(Objects.requireNonNull(browser.getTitle()).contains("hit"));
    }

    @Test
    void darkIsDark() {
        view(LAST + "/time");
        String fill = "getComputedStyle(document.querySelector('.strip .whole .body')).fill";
        until("document.querySelector('.strip .whole')");
        Object light = ask(fill);
        Browser.scheme(browser, "dark");
        try {
            assertNotEquals(light, ask(fill));
        } finally {
            Browser.scheme(browser, "light");
        }
    }
}
