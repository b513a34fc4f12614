package dev.tablewalk.cli.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.tablewalk.cli.Main;
import dev.tablewalk.cli.browser.Browser;
import dev.tablewalk.cli.browser.NeedsBrowser;
import dev.tablewalk.cli.output.CypherText;
import dev.tablewalk.cli.report.ColumnText;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.ingest.lab.LabGuest;
import dev.tablewalk.ingest.lab.LabGuests;
import dev.tablewalk.ingest.lab.NeedsLabGuest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;

/** Every view in a browser, on a real guest at two moments, held against what Cypher says. */
@NeedsBrowser
@NeedsLabGuest(ExplorerIT.GUEST)
class ExplorerIT {
    static final String GUEST = "arm64-6.12";

    private static final String LARGEST =
            "MATCH (k:Task)-[:POINTS_TO {field: 'mm'}]->(m:MmStruct) WHERE k.pid = k.tgid"
                    + " AND m.swap_pages > 0 RETURN k.pid ORDER BY m.rss_pages DESC, k.pid LIMIT 1";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set in open()
    static Serving serving;

    @SuppressWarnings("NullAway.Init") // set in open()
    static ChromeDriver browser;

    @BeforeAll
    static void open() throws IOException {
        LabGuest guest = LabGuests.require(GUEST);
        Serving.load(
                folder,
                Serving.graph("before", guest.image(1)),
                Serving.graph("after", guest.image(2)),
                HostileGuest.graph(folder, "hostile"));
        String home = folder.resolve("home").toString();
        assertEquals(1, Main.quietly("diff", "--home", home, "before", "after", "--as", "changes"));
        serving =
                Serving.open(
                        folder,
                        Duration.ofSeconds(60),
                        List.of("before", "after", "changes", "hostile"));
        browser = Browser.open(folder);
        browser.manage().window().setSize(new Dimension(1300, 860));
        browser.get(serving.origin() + "/?token=" + Serving.TOKEN);
    }

    @AfterAll
    static void close() {
        browser.quit();
        serving.close();
    }

    @AfterEach
    void theBrowserHadNothingToComplainOf() {
        Browser.assertHadNothingToComplainOf(browser);
    }

    private static void view(String address) {
        browser.get(serving.origin() + "/#/" + address);
        until("document.getElementById('view')?.dataset.state === 'ready'");
    }

    private static void until(String condition) {
        Browser.until(browser, condition);
    }

    private static @Nullable Object ask(String script, Object... arguments) {
        return browser.executeScript("return " + script, arguments);
    }

    private static long number(String script, Object... arguments) {
        return ((Number) Objects.requireNonNull(ask(script, arguments))).longValue();
    }

    private static List<String> texts(String selector) {
        return browser.findElements(By.cssSelector(selector)).stream()
                .map(WebElement::getText)
                .toList();
    }

    private static String text(String selector) {
        return browser.findElement(By.cssSelector(selector)).getText();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    @Test
    void theOverviewCountsWhatTheGraphHolds() throws IOException {
        view("before/overview");
        assertEquals(
                List.of(
                        grouped(serving.number("MATCH (n:Task) RETURN count(n)")),
                        grouped(serving.number("MATCH (n:MmStruct) RETURN count(n)")),
                        grouped(serving.number("MATCH (n:Vma) RETURN count(n)")),
                        grouped(serving.number("MATCH (n:PageTable) RETURN count(n)")),
                        grouped(serving.number("MATCH (n:PageRange) RETURN count(n)")),
                        grouped(serving.number("MATCH (n:Anomaly) RETURN count(n)"))),
                texts(".tiles strong"));
        assertTrue(text("dl").contains("6.12."), text("dl"));
        until("document.getElementById('check-state')?.dataset.done");
        int constraints = QueryLibrary.builtIn().constraints().size();
        assertTrue(
                text("#check-state").startsWith(constraints + " of " + constraints),
                text("#check-state"));
        // The guest's program has pages that it can write and execute.
        WebElement found =
                browser.findElement(By.cssSelector(".check[data-id=user_writable_executable]"));
        assertEquals("failed", found.findElement(By.className("state")).getText());
        found.findElement(By.tagName("summary")).click();
        long rows = found.findElements(By.cssSelector("tbody tr")).size();
        assertEquals(rows, Long.parseLong(found.findElement(By.className("count")).getText()));
        browser.executeScript("document.getElementById('view').scrollTo(0, 0)");
        Browser.picture(browser, "explorer-overview");
    }

    @Test
    void memoryIsDrawnAsTheGraphHasIt() throws IOException {
        view("before/memory");
        until("document.getElementById('view').dataset.painted");
        Browser.picture(browser, "explorer-memory");
        // The legend tells of as many frames as the graph does.
        long tables =
                serving.number(
                        "MATCH (r:PageRange {kind: 'ram'}) RETURN sum(CASE r.frame WHEN 'table'"
                                + " THEN r.pages ELSE coalesce(r.frames_table, 0) END)");
        assertTrue(
                texts(".legend li").stream()
                        .anyMatch(
                                line ->
                                        line.equals(
                                                "page tables "
                                                        + String.format(
                                                                Locale.ROOT,
                                                                "%.1f MiB",
                                                                tables / 256.0))),
                () -> tables + " tables; " + texts(".legend li"));
        // A frame that one process has for itself, and what is drawn there.
        List<@Nullable Object> frame =
                serving.rows(
                                "MATCH (r:PageRange {frame: 'anon', mapcount: 1}) WHERE r.pages > 4"
                                        + " RETURN r.pa + 4096 ORDER BY r.pa LIMIT 1")
                        .getFirst();
        String pa = Hex.of((Long) Objects.requireNonNull(frame.getFirst()));
        view("before/memory?at=" + pa);
        until("document.getElementById('view').dataset.painted");
        until("document.querySelector('.mappings')");
        assertEquals(pa, text(".panel h2"));
        assertEquals(
                texts(".mappings li").size(),
                serving.number(
                        "MATCH (r:PageRange)<-[l:POINTS_TO]-(:PageTable) WHERE r.pa <= "
                                + frame.getFirst()
                                + " < r.pa + r.pages * 4096 RETURN count(l)"));
        assertEquals(colour("--ink-1"), pixelAtSelection(), "anonymous memory");
    }

    private static @Nullable Object colour(String name) {
        return ask(
                "(() => { const pen = document.createElement('canvas').getContext('2d');"
                        + " pen.fillStyle = getComputedStyle(document.documentElement)"
                        + ".getPropertyValue(arguments[0]).trim(); return pen.fillStyle; })"
                        + ".apply(null, arguments)",
                name);
    }

    /** The colour in the middle of the frame that is chosen. */
    private static @Nullable Object pixelAtSelection() {
        return ask(
                "(() => { const c = document.querySelector('canvas'), {grid, camera} = c.memory;"
                    + " const at = grid.cell(BigInt(new"
                    + " URLSearchParams(location.hash.split('?')[1]).get('at'))); const ratio ="
                    + " window.devicePixelRatio; const [r, g, b] ="
                    + " c.getContext('2d').getImageData(Math.round((at.column + 0.5 - camera.x) *"
                    + " camera.zoom * ratio), Math.round((at.row + 0.5 - camera.y) * camera.zoom *"
                    + " ratio), 1, 1).data; return '#' + [r, g, b].map(n =>"
                    + " n.toString(16).padStart(2, '0')).join(''); })()");
    }

    @Test
    void memoryIsMovedByKeysAndByTheMouse() {
        view("before/memory?layer=mappings");
        until("document.getElementById('view').dataset.painted");
        WebElement canvas = browser.findElement(By.tagName("canvas"));
        Object all = ask("document.querySelector('canvas').memory.camera.zoom");
        canvas.sendKeys("+");
        assertNotEquals(all, ask("document.querySelector('canvas').memory.camera.zoom"));
        canvas.sendKeys("0");
        assertEquals(all, ask("document.querySelector('canvas').memory.camera.zoom"));
        new Actions(browser).moveToElement(canvas, 5, 5).perform();
        until("!document.querySelector('.tip').hidden");
        assertTrue(text(".tip").startsWith("0x"), text(".tip"));
        until("document.querySelector('.tip').textContent.includes(' at 0x')");
        String tip = text(".tip");
        SavedQuery who = QueryLibrary.builtIn().get("who_maps_frame");
        try (Rows rows =
                serving.checkpoints
                        .getFirst()
                        .query(who.cypher(), who.values(Map.of("pa", tip.split(" ", 2)[0])))) {
            List<@Nullable Object> first = rows.next();
            String mapper = first.get(0) == null ? "kernel" : first.get(0) + " " + first.get(1);
            String line = mapper + " at " + Hex.of((Long) Objects.requireNonNull(first.get(2)));
            assertTrue(tip.contains(line), () -> line + " in " + tip);
        }
        new Actions(browser).moveToElement(canvas, 5, 5).click().perform();
        until("document.querySelector('.panel dl')");
        assertTrue(browser.getCurrentUrl().contains("at=0x"), browser.getCurrentUrl());
    }

    @Test
    void memoryOfOneLayerIsNotThatOfAnother() {
        List<String> legends = new ArrayList<>();
        for (String layer : List.of("kind", "owner", "mappings", "level")) {
            view("before/memory?layer=" + layer);
            until("document.getElementById('view').dataset.painted");
            legends.add(text(".legend"));
        }
        assertEquals(4, legends.stream().distinct().count(), legends::toString);
        assertTrue(legends.get(3).contains("PTE"), legends.get(3));
        assertTrue(legends.get(1).contains("several processes"), legends.get(1));
    }

    @Test
    void anAddressSpaceIsWhatItsTablesMap() throws IOException {
        long pid = serving.number(LARGEST);
        String pages =
                "MATCH (:Task {pid: "
                        + pid
                        + "})-[:POINTS_TO {field: 'mm'}]->(m:MmStruct)-[:POINTS_TO]->(root)"
                        + "-[:POINTS_TO*0..4]->(:PageTable)-[l:";
        long present = serving.number(pages + "POINTS_TO]->(:PageRange) RETURN sum(l.pages)");
        long swapped = serving.number(pages + "SWAPPED_TO]->(:SwapRange) RETURN sum(l.pages)");
        view("before/space?pid=" + pid + "&beside=after");
        until("document.querySelectorAll('[data-sums]').length === 2");
        Map<?, ?> sums =
                (Map<?, ?>)
                        Objects.requireNonNull(
                                ask(
                                        "JSON.parse(document.querySelector('[data-sums]')"
                                                + ".dataset.sums)"));
        assertEquals(swapped, sums.get("swapped"));
        assertEquals(
                present,
                Stream.of("private", "shared", "huge")
                        .mapToLong(state -> sums.get(state) instanceof Long sum ? sum : 0)
                        .sum());
        assertEquals(
                serving.number(
                        "MATCH (:Task {pid: "
                                + pid
                                + "})-[:POINTS_TO {field: 'mm'}]->()-[h:HAS_VMA]->()"
                                + " RETURN count(h)"),
                sums.get("vmas"));
        WebElement canvas = browser.findElement(By.cssSelector(".side canvas"));
        canvas.sendKeys(Keys.ARROW_RIGHT);
        until("document.querySelector('.panel h2')");
        assertEquals(
                serving.rows(
                                "MATCH (:Task {pid: "
                                        + pid
                                        + "})-[:POINTS_TO {field: 'mm'}]->()-[:HAS_VMA]->(v)"
                                        + " RETURN tw.hex(v.start) + ' – ' + tw.hex(v.end)"
                                        + " ORDER BY v.start LIMIT 1")
                        .getFirst()
                        .getFirst(),
                text(".panel h2"));
        Browser.picture(browser, "explorer-space");
    }

    @Test
    void aTableHasTheEntriesThatTheGraphHas() throws IOException {
        view("before/tables");
        assertEquals(512, number("document.querySelectorAll('.entries .e').length"));
        assertEquals(
                serving.number(
                        "MATCH (:Checkpoint)-[:POINTS_TO {symbol: 'swapper_pg_dir'}]->(t) RETURN"
                                + " t.entries_table"),
                number("document.querySelectorAll('.entries .e.table').length"));
        List<String> levels = new ArrayList<>(List.of(text(".trail strong")));
        WebElement entry = browser.findElement(By.cssSelector(".entries .e.table"));
        entry.click();
        until("document.querySelector('.bits')");
        assertTrue(text(".bits").contains("next-level table"), text(".bits"));
        for (int depth = 0; depth < 3; depth++) {
            String was = browser.getCurrentUrl();
            browser.findElement(By.cssSelector(".entries .e.table")).click();
            browser.switchTo().activeElement().sendKeys(Keys.ENTER);
            Browser.until(() -> !was.equals(browser.getCurrentUrl()), () -> "still at " + was);
            until("document.getElementById('view')?.dataset.state === 'ready'");
            levels.add(text(".trail strong"));
        }
        assertEquals(
                List.of("PGD", "PUD", "PMD", "PTE"),
                levels.stream().map(level -> level.substring(0, 3)).toList());
        long pa = Hex.parse(levels.getLast().substring(4));
        assertEquals(
                serving.number("MATCH (t:PageTable {pa: " + pa + "}) RETURN t.entries_leaf"),
                512 - number("document.querySelectorAll('.entries .e.empty').length"));
        browser.findElement(By.cssSelector(".entries .e:not(.empty)")).click();
        until("document.querySelector('.bits')");
        assertTrue(text(".bits").contains("AttrIndx"), text(".bits"));
        Browser.picture(browser, "explorer-tables");
        browser.navigate().back();
        until("document.querySelector('.trail strong')?.textContent.startsWith('PMD')");
    }

    @Test
    void everyWayToAFrameIsShown() throws IOException {
        Object pa =
                serving.rows(
                                "MATCH (r:PageRange {frame: 'shmem'}) WHERE r.mapcount > 2 RETURN"
                                        + " r.pa ORDER BY r.mapcount, r.pa LIMIT 1")
                        .getFirst()
                        .getFirst();
        long ways =
                serving.number(
                        "MATCH p = (:Checkpoint|MmStruct)-[:POINTS_TO]->(:PageTable)"
                                + "-[:POINTS_TO*0..4]->(:PageTable)-[:POINTS_TO]->(:PageRange {pa: "
                                + pa
                                + "}) RETURN count(p)");
        view("before/tables?frame=" + Hex.of((Long) Objects.requireNonNull(pa)));
        assertEquals(ways, texts(".mappings li").size());
        assertTrue(
                number("document.querySelector('.canvas').cy.nodes().length") > ways,
                "each way has nodes of its own");
        Browser.picture(browser, "explorer-ways");
    }

    @Test
    void theGraphIsOpenedNodeByNode() throws IOException {
        long id =
                serving.number(
                        "MATCH (t:Task)-[:POINTS_TO {field: 'mm'}]->(m:MmStruct) WHERE m.map_count"
                                + " > 10 RETURN id(m) ORDER BY t.pid LIMIT 1");
        view("before/graph?id=" + id);
        until("document.querySelector('.canvas').cy?.nodes('[fold]').length > 0");
        long vmas =
                serving.number(
                        "MATCH (m)-[:HAS_VMA]->(v) WHERE id(m) = " + id + " RETURN count(v)");
        String folded = "document.querySelector('.canvas').cy.nodes('[fold]').first()";
        assertEquals(vmas + " Vma", ask(folded + ".data('name')"));
        browser.executeScript(folded + ".emit('dbltap')");
        until(folded + ".data('name') === '" + (vmas - 8) + " more Vma'");
        assertEquals(
                8,
                number("document.querySelector('.canvas').cy.nodes('[label = \"Vma\"]').length"));
        assertTrue(text(".panel").contains("pgtables_bytes"), text(".panel"));
        Browser.picture(browser, "explorer-graph");
    }

    @Test
    void anAnswerIsThatOfTheQuery() throws IOException {
        String cypher =
                "MATCH (t:Task)-[:POINTS_TO {field: 'mm'}]->(m:MmStruct) RETURN t.pid AS pid,"
                        + " t.name AS name, m.rss_pages AS rss ORDER BY rss DESC, pid LIMIT 20";
        view("before/ask?q=" + encoded(cypher));
        until("document.getElementById('view').dataset.answer === 'done'");
        List<List<String>> expected =
                serving.rows(cypher).stream()
                        .map(row -> row.stream().map(String::valueOf).toList())
                        .toList();
        assertEquals(expected, tableRows());
        browser.findElement(By.xpath("//button[text()='Chart']")).click();
        until("document.querySelector('.uplot canvas')");
        assertTrue(browser.getCurrentUrl().contains("as=chart"), browser.getCurrentUrl());
        Browser.picture(browser, "explorer-ask");
    }

    private static List<List<String>> tableRows() {
        List<List<String>> rows = new ArrayList<>();
        for (WebElement row : browser.findElements(By.cssSelector("#result tbody tr"))) {
            rows.add(row.findElements(By.tagName("td")).stream().map(WebElement::getText).toList());
        }
        return rows;
    }

    @Test
    void aSavedQueryIsAskedWithItsParameters() {
        Object pa =
                serving.rows(
                                "MATCH (r:PageRange {frame: 'anon'}) RETURN r.pa ORDER BY r.pa"
                                        + " LIMIT 1")
                        .getFirst()
                        .getFirst();
        view("before/ask?saved=who_maps_frame");
        WebElement field = browser.findElement(By.cssSelector(".fields input[name=pa]"));
        field.sendKeys(Hex.of((Long) Objects.requireNonNull(pa)), Keys.ENTER);
        until("document.getElementById('view').dataset.answer === 'done'");
        assertTrue(browser.getCurrentUrl().contains("p.pa=0x"), browser.getCurrentUrl());
        assertTrue(tableRows().getFirst().get(2).startsWith("0x"), tableRows().toString());
    }

    @Test
    void typedCypherIsCompletedRunAndStopped() {
        view("before/ask");
        WebElement editor = browser.switchTo().activeElement();
        editor.sendKeys(Keys.chord(Keys.CONTROL, "a"), "MATCH (t:PageT");
        until(
                "[...document.querySelectorAll('.CodeMirror-hint')].some(e => e.textContent ==="
                        + " 'PageTable')");
        editor.sendKeys(Keys.ENTER, ") RETURN count(*) AS n", Keys.chord(Keys.CONTROL, Keys.ENTER));
        until("document.getElementById('view').dataset.answer === 'done'");
        assertEquals(
                List.of(List.of("" + serving.number("MATCH (t:PageTable) RETURN count(*)"))),
                tableRows());
        editor.sendKeys(
                Keys.chord(Keys.CONTROL, "a"),
                "UNWIND range(1, 1000000000000) AS n RETURN sum(n)",
                Keys.chord(Keys.CONTROL, Keys.ENTER));
        until("document.getElementById('view').dataset.answer === 'asking'");
        browser.findElement(By.id("run")).click();
        until("document.getElementById('view').dataset.answer === 'failed'");
        editor.sendKeys(
                Keys.chord(Keys.CONTROL, "a"), "RETURN 7", Keys.chord(Keys.CONTROL, Keys.ENTER));
        until("document.getElementById('view').dataset.answer === 'done'");
        assertEquals(List.of(List.of("7")), tableRows());
    }

    @Test
    void aWrongQueryIsAnsweredByAMessage() {
        view("before/ask?q=" + encoded("MATCH (t:Task RETURN t"));
        until("document.getElementById('view').dataset.answer === 'failed'");
        assertTrue(text("#result .problem").contains("Invalid input"), text("#result"));
    }

    @Test
    void everyViewTellsItsCypher() {
        for (String view : List.of("overview", "memory", "space", "tables", "graph")) {
            view("before/" + view);
            until("document.querySelectorAll('.asked .ran').length > 0");
            WebElement asked = browser.findElement(By.cssSelector(".asked"));
            asked.findElement(By.tagName("summary")).click();
            assertTrue(asked.getText().contains("MATCH"), asked.getText());
        }
        String target = browser.findElement(By.cssSelector(".asked a")).getDomProperty("href");
        browser.get(target);
        until("document.getElementById('view').dataset.answer === 'done'");
    }

    @Test
    void keysAndTheBackButtonGoFromViewToView() {
        view("before/overview");
        browser.findElement(By.tagName("body")).sendKeys("2");
        until("location.hash === '#/before/memory'");
        browser.findElement(By.tagName("body")).sendKeys("4");
        until("location.hash.startsWith('#/before/tables')");
        browser.navigate().back();
        until("location.hash.startsWith('#/before/memory')");
        until("document.title === 'before · Memory · tablewalk'");
    }

    @Test
    void aDiffMarksWhatChangedInEveryView() throws IOException {
        Checkpoint diff = serving.checkpoints.get(2);
        view("changes/overview");
        until("document.querySelector('.changes table')");
        assertEquals(
                Serving.rows(
                                diff,
                                "MATCH (t:Task) RETURN 'Task', count(CASE WHEN t:Added THEN 1 END),"
                                        + " count(CASE WHEN t:Removed THEN 1 END), count(CASE WHEN"
                                        + " t:Changed THEN 1 END)")
                        .getFirst()
                        .toString(),
                browser.findElements(By.cssSelector(".changes tbody tr")).stream()
                        .map(
                                row ->
                                        row.findElements(By.tagName("td")).stream()
                                                .map(WebElement::getText)
                                                .toList()
                                                .toString())
                        .filter(row -> row.startsWith("[Task"))
                        .findFirst()
                        .orElse(""));
        view("changes/memory");
        until("document.getElementById('view').dataset.painted");
        assertTrue(text(".legend").contains("mapped since"), text(".legend"));
        Browser.picture(browser, "explorer-diff");

        List<@Nullable Object> most =
                Serving.rows(
                                diff,
                                "MATCH (k:Task)-[:POINTS_TO {field: 'mm'}]->(:MmStruct)"
                                    + "-[:POINTS_TO]->()-[:POINTS_TO*0..4]->(:PageTable)-[l:POINTS_TO|SWAPPED_TO|MARKED_AS]->(:PageRange|SwapRange|NonSwapRange)"
                                    + " WHERE k.pid = k.tgid AND NOT k:Removed AND NOT k:Added"
                                    + " RETURN k.pid AS pid, sum(CASE l.fate WHEN 'added' THEN"
                                    + " l.pages ELSE 0 END) AS added, sum(CASE l.fate WHEN"
                                    + " 'removed' THEN l.pages ELSE 0 END) AS removed ORDER BY"
                                    + " added DESC, pid LIMIT 1")
                        .getFirst();
        view("changes/space?pid=" + most.getFirst());
        Map<?, ?> sums =
                (Map<?, ?>)
                        Objects.requireNonNull(
                                ask(
                                        "JSON.parse(document.querySelector('[data-sums]')"
                                                + ".dataset.sums)"));
        assertEquals(most.get(1), sums.get("added"));
        assertEquals(most.get(2), sums.get("removed"));

        Object table =
                Serving.rows(
                                diff,
                                "MATCH (t:PageTable)-[l:POINTS_TO {fate: 'added'}]->(:PageRange)"
                                    + " WHERE t.level = 'PTE' AND NOT t:Added WITH t, count(*) AS n"
                                    + " RETURN t.pa ORDER BY n DESC, t.pa LIMIT 1")
                        .getFirst()
                        .getFirst();
        view("changes/tables?pa=" + Hex.of((Long) Objects.requireNonNull(table)));
        assertTrue(
                number("document.querySelectorAll('.entries .added, .entries .changed').length")
                        > 0);
        view("changes/graph");
        until("document.querySelector('.canvas').cy.nodes().length > 1");
    }

    @Test
    void twoMomentsAreSeenBesideEachOtherInEveryView() {
        Map<String, String> signs =
                Map.of(
                        "overview", ".tiles",
                        "memory", "canvas",
                        "space", "[data-sums]",
                        "tables", ".entries",
                        "graph", ".canvas",
                        "ask?q=RETURN+1", "#result table");
        signs.forEach(
                (view, sign) -> {
                    view("before/" + view + (view.contains("?") ? "&" : "?") + "beside=after");
                    until("document.getElementById('other').dataset.state === 'ready'");
                    for (String pane : List.of("#view ", "#other ")) {
                        until("document.querySelector('" + pane + sign + "')");
                    }
                });
        view("before/overview?beside=after");
        until("document.getElementById('other').dataset.state === 'ready'");
        assertEquals(
                Serving.rows(serving.checkpoints.get(1), "MATCH (t:Task) RETURN count(t)")
                        .getFirst()
                        .toString(),
                "[" + text("#other .tiles strong") + "]");
    }

    /** What is chosen in one pane stays in the address, apart from what is in the other. */
    @Test
    void eachPaneHasItsOwnPlace() {
        String pid =
                String.valueOf(
                        Serving.rows(
                                        serving.checkpoints.get(1),
                                        "MATCH (t:Task)-[:POINTS_TO {field: 'mm'}]->() WHERE t.pid"
                                                + " = t.tgid RETURN max(t.pid)")
                                .getFirst()
                                .getFirst());
        view("before/space?pid=1&beside=after&r.pid=" + pid);
        until("document.getElementById('other').dataset.state === 'ready'");
        assertTrue(selected("#view select").startsWith("1 "), selected("#view select"));
        assertTrue(selected("#other select").startsWith(pid + " "), selected("#other select"));
        browser.findElement(By.cssSelector("#other canvas")).sendKeys(Keys.ARROW_RIGHT);
        until("location.hash.includes('r.va=0x')");
        assertFalse(browser.getCurrentUrl().contains("&va="), browser.getCurrentUrl());
        browser.findElement(By.tagName("body")).sendKeys("2");
        until("location.hash === '#/before/memory?beside=after'");
        until("document.getElementById('other').dataset.state === 'ready'");
        view("before/memory");
        assertFalse(browser.findElement(By.id("other")).isDisplayed());
    }

    private static String selected(String selector) {
        return String.valueOf(
                ask(
                        "document.querySelector(arguments[0]).selectedOptions[0].textContent",
                        selector));
    }

    /** A page's table has what a terminal's has: the same rows, in the same words. */
    @Test
    void savedQueriesAnswerInThePageAsOnATerminal() {
        for (SavedQuery saved : QueryLibrary.builtIn().all()) {
            if (saved.kind() != SavedQuery.Kind.REPORT
                    || saved.subject() != SavedQuery.Subject.CHECKPOINT
                    || saved.parameters().stream().anyMatch(p -> p.standard() == null)) {
                continue;
            }
            List<List<String>> expected = new ArrayList<>();
            try (Rows rows =
                    serving.checkpoints.getFirst().query(saved.cypher(), saved.values(Map.of()))) {
                while (rows.hasNext() && expected.size() < 200) {
                    expected.add(
                            ColumnText.row(saved.columns(), rows.next()).stream()
                                    .map(value -> value == null ? "" : CypherText.cell(value))
                                    .toList());
                }
            }
            view("before/ask?saved=" + saved.id());
            until("document.getElementById('view').dataset.answer === 'done'");
            assertEquals(
                    expected,
                    ask(
                            "[...document.querySelectorAll('#result tbody tr')].map(r =>"
                                    + " [...r.cells].map(c => c.textContent))"),
                    saved.id());
        }
    }

    @Test
    void nothingThatAGuestNamedIsMarkup() {
        for (String view :
                List.of(
                        "overview",
                        "memory?at=0x40000000",
                        "space?pid=1",
                        "tables",
                        "graph",
                        "ask?q=" + encoded("MATCH (n) RETURN n"),
                        "ask?as=graph&q=" + encoded("MATCH (n:Task) RETURN n"),
                        "ask?saved=process_memory")) {
            view("hostile/" + view);
            if (view.startsWith("ask")) {
                until("document.getElementById('view').dataset.answer === 'done'");
            }
            assertEquals(0, browser.findElements(By.cssSelector("img, b")).size(), view);
            assertFalse(Objects.requireNonNull(browser.getTitle()).contains("hit"), view);
        }
        assertTrue(
                browser.findElement(By.tagName("main")).getText().contains(HostileGuest.SHORT),
                "the name is shown as it is");
    }

    /** In the same browser, so with the cookie, from another server on this machine. */
    @Test
    void aPageOfAnotherOriginNeitherReadsNorWrites() throws IOException {
        HttpServer other =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext(
                "/",
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", "text/html");
                    exchange.sendResponseHeaders(200, 1);
                    exchange.getResponseBody().write('.');
                    exchange.close();
                });
        other.start();
        try {
            browser.get("http://127.0.0.1:" + other.getAddress().getPort() + "/");
            for (String options :
                    List.of(
                            "{credentials: 'include'}",
                            "{credentials: 'include', mode: 'no-cors'}",
                            "{credentials: 'include', method: 'POST', headers: {'Content-Type':"
                                    + " 'application/json'}, body: '{}'}",
                            "{credentials: 'include', mode: 'no-cors', method: 'POST', body:"
                                    + " '{}'}")) {
                for (String path : List.of("/api/checkpoints", "/api/query")) {
                    assertEquals(
                            "nothing",
                            browser.executeAsyncScript(
                                    "const done = arguments[1]; fetch(arguments[0], "
                                            + options
                                            + ").then(r => r.text()).then(t => done(t ==="
                                            + " '' ? 'nothing' : t), () => done('nothing'))",
                                    serving.origin() + path),
                            options + " " + path);
                }
            }
            assertEquals(
                    "nothing",
                    browser.executeAsyncScript(
                            "const done = arguments[1], f = document.createElement('iframe');"
                                    + " f.onload = () => { try {"
                                    + " done(f.contentDocument.body.textContent || 'nothing'); }"
                                    + " catch { done('nothing'); } }; f.src = arguments[0];"
                                    + " document.body.append(f)",
                            serving.origin() + "/"));
        } finally {
            other.stop(0);
            browser.manage().logs().get(LogType.BROWSER); // it complained, rightly
            browser.get(serving.origin() + "/?token=" + Serving.TOKEN);
        }
    }

    @Test
    void darkIsDark() throws IOException {
        view("before/memory");
        Object light = ask("getComputedStyle(document.body).backgroundColor");
        Browser.scheme(browser, "dark");
        try {
            view("before/overview");
            view("before/memory");
            until("document.getElementById('view').dataset.painted");
            assertNotEquals(light, ask("getComputedStyle(document.body).backgroundColor"));
            Browser.picture(browser, "explorer-memory-dark");
        } finally {
            Browser.scheme(browser, "light");
        }
    }

    @Test
    void nothingIsFetchedFromElsewhere() {
        view("before/graph");
        assertEquals(
                List.of(),
                ask(
                        "performance.getEntriesByType('resource').map(e => e.name).filter(n =>"
                                + " !n.startsWith(location.origin))"));
    }
}
