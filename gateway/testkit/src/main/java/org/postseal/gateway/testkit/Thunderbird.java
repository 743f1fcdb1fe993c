package org.postseal.gateway.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Drives Thunderbird, without a display, by Mozilla's protocol Marionette. Its inbox is a file in a fresh profile, and
 * it has no account with a server. Not thread-safe.
 */
public final class Thunderbird implements AutoCloseable {
    private final Path profile = TemporaryHome.create("thunderbird");
    private final int messages;
    private final Process process;
    private final Socket socket;
    private int commands;

    /** @param inbox the messages in the inbox */
    public Thunderbird(List<byte[]> inbox) throws IOException {
        Requirements.programs("thunderbird");
        messages = inbox.size();
        int port = Await.freePorts(1).getFirst();
        Path folder = Files.createDirectories(profile.resolve("Mail"));
        TemporaryHome.write(folder, "Inbox", ShownMail.mailbox(inbox));
        String preferences = PREFERENCES + "user_pref(\"marionette.port\", " + port + ");\n";
        TemporaryHome.write(profile, "user.js", preferences.getBytes(UTF_8));
        ProcessBuilder builder = new ProcessBuilder(
                "thunderbird",
                "--headless",
                "--no-remote",
                "--marionette",
                "--remote-allow-system-access",
                "--profile",
                profile.toString());
        builder.environment().put("HOME", profile.toString());
        process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Await.listener(port, process::isAlive, () -> "thunderbird");
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(ANSWER_MILLIS);
            var _ = frame();
            var _ = call("WebDriver:NewSession", "{}");
            var _ = call("Marionette:SetContext", "{\"value\":\"chrome\"}");
        } catch (IOException | RuntimeException | AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Opens each message of the inbox, and returns what is then on the screen. */
    public List<ShownMail> show() {
        Await.until(() -> ask(LIST).equals(messages), () -> "Thunderbird lists " + ask(LIST) + " of " + messages);
        List<ShownMail> shown = new ArrayList<>();
        for (int row = 0; row < messages; row++) {
            String number = String.valueOf(row);
            Await.until(() -> !texts(number).isEmpty(), () -> "Thunderbird does not show message " + number);
            List<String> texts = texts(number);
            shown.add(new ShownMail(texts.get(0), texts.get(1), texts.get(2)));
        }
        return shown;
    }

    private List<String> texts(String row) {
        return ((List<?>) ask(MESSAGE, row)).stream().map(String::valueOf).toList();
    }

    /**
     * Returns the result of a script that may do what Thunderbird itself may.
     *
     * @param arguments texts, or lists of such values
     */
    public Object ask(String script, Object... arguments) {
        Map<?, ?> answer = (Map<?, ?>) call(
                "WebDriver:ExecuteScript",
                "{\"script\":" + Browser.quoted(script) + ",\"args\":" + Browser.json(List.of(arguments)) + "}");
        Object value = answer.get("value");
        return value == null ? "" : value;
    }

    /** Sends a command and returns its result; each answer has four places: kind, number, error, result. */
    private Object call(String command, String parameters) {
        String text = "[0," + ++commands + "," + Browser.quoted(command) + "," + parameters + "]";
        byte[] octets = text.getBytes(UTF_8);
        try {
            OutputStream out = socket.getOutputStream();
            out.write((octets.length + ":").getBytes(UTF_8));
            out.write(octets);
            List<?> answer = (List<?>) Browser.parsed(frame());
            if (answer.get(2) != null) {
                throw new IllegalStateException(command + ": " + answer.get(2));
            }
            return answer.get(3);
        } catch (IOException e) {
            throw new AssertionError(command, e);
        }
    }

    /** Reads a frame: its length in octets, a colon, JSON. */
    private String frame() throws IOException {
        InputStream in = socket.getInputStream();
        int length = 0;
        for (int c = in.read(); c != ':'; c = in.read()) {
            if (c < '0' || c > '9') {
                throw new IOException("no frame begins with " + c);
            }
            length = 10 * length + c - '0';
        }
        return new String(in.readNBytes(length), UTF_8);
    }

    @Override
    public void close() throws IOException {
        try (socket) {
            var _ = call("Marionette:Quit", "{\"flags\":[\"eForceQuit\"]}");
        } finally {
            try {
                if (!process.waitFor(30, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            TemporaryHome.delete(profile);
        }
    }

    /** Limits the time of an answer. The first one comes when the main window is there. */
    private static final int ANSWER_MILLIS = 180_000;

    /** The list is not threaded, and has the order of the mailbox. */
    private static final String PREFERENCES = """
            user_pref("mail.accountmanager.accounts", "account1");
            user_pref("mail.accountmanager.localfoldersserver", "server1");
            user_pref("mail.account.account1.server", "server1");
            user_pref("mail.server.server1.directory-rel", "[ProfD]Mail");
            user_pref("mail.server.server1.hostname", "Local Folders");
            user_pref("mail.server.server1.name", "Local Folders");
            user_pref("mail.server.server1.type", "none");
            user_pref("mail.server.server1.userName", "nobody");
            user_pref("mail.provider.suppress_dialog_on_startup", true);
            user_pref("mailnews.default_sort_order", 1);
            user_pref("mailnews.default_sort_type", 21);
            user_pref("mailnews.default_view_flags", 0);
            user_pref("mailnews.start_page.enabled", false);
            """;

    /** Opens the inbox, and returns how many messages are in its list. */
    private static final String LIST = """
            const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
            const inbox = MailServices.accounts.localFoldersServer.rootFolder.getChildNamed("Inbox");
            const main = Services.wm.getMostRecentWindow("mail:3pane");
            const pane = main?.document.getElementById("tabmail")?.currentAbout3Pane;
            if (pane?.displayFolder && pane.gFolder !== inbox) pane.displayFolder(inbox.URI);
            return pane?.gDBView?.rowCount ?? 0;
            """;

    /** Opens the message in this row, and returns the texts about it once all of it is there. */
    private static final String MESSAGE = """
            const row = Number(arguments[0]);
            const main = Services.wm.getMostRecentWindow("mail:3pane");
            const pane = main.document.getElementById("tabmail").currentAbout3Pane;
            if (pane.threadTree.selectedIndex !== row) pane.threadTree.selectedIndex = row;
            const message = pane.document.getElementById("messageBrowser").contentWindow;
            const isShown = message.msgLoaded && message.gMessage?.messageKey === pane.gDBView.getKeyAt(row);
            const page = message.getMessagePaneBrowser?.().contentDocument;
            if (!isShown || page.readyState !== "complete") return [];
            return [
                pane.threadTree.getRowAtIndex(row).innerText,
                message.document.getElementById("expandedsubjectBox").innerText,
                page.body.innerText];
            """;
}
