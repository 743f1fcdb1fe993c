package org.postseal.gateway.testkit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Drives headless Chromium as a person would, by the WebDriver protocol (W3C). Not thread-safe. */
public final class Browser implements AutoCloseable {
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final Path profile;
    private final Process driver;
    private final String session;

    public Browser() throws IOException {
        profile = Files.createTempDirectory("postseal-browser-");
        int port = Await.freePorts(1).getFirst();
        driver = new ProcessBuilder("chromedriver", "--port=" + port)
                .redirectErrorStream(true)
                .redirectOutput(profile.resolve("chromedriver.log").toFile())
                .start();
        Await.listener(port, driver::isAlive, () -> "chromedriver");
        String base = "http://127.0.0.1:" + port + "/session";
        List<String> words = new ArrayList<>(List.of(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--user-data-dir=" + profile.resolve("data")));
        Map<?, ?> made = (Map<?, ?>) call(
                "POST",
                base,
                "{\"capabilities\":{\"alwaysMatch\":{\"browserName\":\"chrome\",\"acceptInsecureCerts\":true,"
                        + "\"unhandledPromptBehavior\":\"ignore\",\"goog:loggingPrefs\":{\"browser\":\"ALL\"},"
                        + "\"goog:chromeOptions\":{\"binary\":\"/usr/bin/chromium\",\"args\":["
                        + String.join(",", words.stream().map(Browser::quoted).toList()) + "]}}}}");
        session = base + "/" + made.get("sessionId");
    }

    public void open(String url) {
        var _ = post("/url", "{\"url\":" + quoted(url) + "}");
    }

    public String url() {
        return String.valueOf(get("/url"));
    }

    /**
     * Returns the result of a script on the page, or what its promise becomes; the page's own policy does not restrict
     * it.
     *
     * @param arguments texts, or lists of such values
     */
    public Object ask(String script, Object... arguments) {
        return post("/execute/sync", "{\"script\":" + quoted(script) + ",\"args\":" + json(List.of(arguments)) + "}");
    }

    static String json(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(Browser::json).collect(Collectors.joining(",", "[", "]"))
                : quoted(String.valueOf(value));
    }

    public String text(String script) {
        return String.valueOf(ask(script));
    }

    /** Waits until a script returns this text, for a page that a click begins to load. */
    public void awaitText(String script, String expected) {
        Await.until(() -> text(script).equals(expected), () -> text(script) + " in place of " + expected);
    }

    /** Writes text into the field that a selector finds, in place of what is there. */
    public void fill(String selector, String text) {
        String field = find(selector);
        var _ = post("/element/" + field + "/clear", "{}");
        var _ = post("/element/" + field + "/value", "{\"text\":" + quoted(text) + "}");
    }

    public void click(String selector) {
        var _ = post("/element/" + find(selector) + "/click", "{}");
    }

    /** Presses and releases keys, one after the other. */
    public void press(String... keys) {
        StringBuilder actions = new StringBuilder();
        for (String key : keys) {
            actions.append(actions.isEmpty() ? "" : ",")
                    .append("{\"type\":\"keyDown\",\"value\":" + quoted(key) + "},{\"type\":\"keyUp\",\"value\":"
                            + quoted(key) + "}");
        }
        var _ = post(
                "/actions", "{\"actions\":[{\"type\":\"key\",\"id\":\"keyboard\",\"actions\":[" + actions + "]}]}");
    }

    /** Returns whether a dialog is open. No page of ours opens one. */
    public boolean hasDialog() {
        try {
            return get("/alert/text") != null;
        } catch (IllegalStateException noSuchAlert) {
            return false;
        }
    }

    /**
     * Returns what the browser has written into its console since the last call, such as scripts and elements that a
     * page's policy has blocked.
     */
    public List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        for (Object entry : (List<?>) post("/se/log", "{\"type\":\"browser\"}")) {
            complaints.add(String.valueOf(((Map<?, ?>) entry).get("message")));
        }
        return complaints;
    }

    /** Shows the page on a display of this size, light or dark. */
    public void show(int width, int height, boolean isDark) {
        cdp(
                "Emulation.setDeviceMetricsOverride",
                "{\"width\":" + width + ",\"height\":" + height + ",\"deviceScaleFactor\":1,\"mobile\":" + (width < 500)
                        + "}");
        show(isDark);
    }

    /** Shows the same page light or dark. */
    public void show(boolean isDark) {
        cdp(
                "Emulation.setEmulatedMedia",
                "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + (isDark ? "dark" : "light")
                        + "\"}]}");
    }

    /** Runs a script on each page that is opened from now on, before anything else. */
    public void always(String script) {
        cdp("Page.addScriptToEvaluateOnNewDocument", "{\"source\":" + quoted(script) + "}");
    }

    /** Takes a picture of the whole page, with what is below the edge. */
    public void picture(Path file) throws IOException {
        Map<?, ?> answer =
                (Map<?, ?>) cdp("Page.captureScreenshot", "{\"format\":\"png\",\"captureBeyondViewport\":true}");
        Files.write(file, Base64.getDecoder().decode(String.valueOf(answer.get("data"))));
    }

    private Object cdp(String command, String parameters) {
        return post("/goog/cdp/execute", "{\"cmd\":" + quoted(command) + ",\"params\":" + parameters + "}");
    }

    private String find(String selector) {
        Map<?, ?> found =
                (Map<?, ?>) post("/element", "{\"using\":\"css selector\",\"value\":" + quoted(selector) + "}");
        return String.valueOf(found.values().iterator().next());
    }

    private Object get(String path) {
        return call("GET", session + path, "");
    }

    private Object post(String path, String body) {
        return call("POST", session + path, body);
    }

    private Object call(String method, String url, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json; charset=utf-8")
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            Map<?, ?> answer = (Map<?, ?>) parsed(response.body());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(String.valueOf(answer.get("value")));
            }
            Object value = answer.get("value");
            return value == null ? "" : value;
        } catch (IOException e) {
            throw new AssertionError(url, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static Object parsed(String json) {
        LoadSettings settings =
                LoadSettings.builder().setCodePointLimit(256 << 20).build();
        return new Load(settings).loadFromString(json);
    }

    /** Returns the text as a string of JSON or of a script. */
    public static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }

    @Override
    public void close() throws IOException {
        try {
            var _ = call("DELETE", session, "");
        } finally {
            driver.destroy();
            try {
                if (!driver.waitFor(10, TimeUnit.SECONDS)) {
                    driver.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            try (var files = Files.walk(profile)) {
                files.sorted(java.util.Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    public static final String TAB = "\uE004";
    public static final String ENTER = "\uE007";
}
