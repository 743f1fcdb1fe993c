package org.postseal.gateway.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import javax.imageio.ImageIO;

/**
 * Drives Thunderbird, without a display, by Mozilla's protocol Marionette. Its inbox is a file in a fresh profile, and
 * no account fetches mail. Not thread-safe.
 */
public final class Thunderbird implements AutoCloseable {
    private final Path profile = TemporaryHome.create("thunderbird");
    private final int messages;
    private final Process process;
    private final Socket socket;
    private int commands;

    /** @param inbox the messages in the inbox */
    public Thunderbird(List<byte[]> inbox) throws IOException {
        this(inbox, Optional.empty());
    }

    /** Its user has certificates and keys, and may send mail. */
    public Thunderbird(List<byte[]> inbox, MailOwner owner) throws IOException {
        this(inbox, Optional.of(owner));
    }

    private Thunderbird(List<byte[]> inbox, Optional<MailOwner> owner) throws IOException {
        Requirements.programs("thunderbird");
        messages = inbox.size();
        int port = Await.freePorts(1).getFirst();
        ThunderbirdProfile written = new ThunderbirdProfile(profile);
        written.inbox(inbox);
        owner.ifPresent(written::owner);
        written.write(port);
        ProcessBuilder builder = new ProcessBuilder(
                "thunderbird",
                "--headless",
                "--no-remote",
                "--marionette",
                "--remote-allow-system-access",
                "--profile",
                profile.toString());
        builder.environment().put("HOME", profile.toString());
        builder.environment().put("MOZ_HEADLESS_WIDTH", "1300");
        builder.environment().put("MOZ_HEADLESS_HEIGHT", "700");
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
        return show((_, _) -> {});
    }

    /** @param pictures takes the number of each message, and a picture of its header and the beginning of its text */
    public List<ShownMail> show(BiConsumer<Integer, BufferedImage> pictures) {
        Await.until(() -> ask(LIST).equals(messages), () -> "Thunderbird lists " + ask(LIST) + " of " + messages);
        List<ShownMail> shown = new ArrayList<>();
        for (int row = 0; row < messages; row++) {
            String number = String.valueOf(row);
            Await.until(() -> !texts(number).isEmpty(), () -> "Thunderbird does not show message " + number);
            List<String> texts = texts(number);
            shown.add(new ShownMail(texts.get(0), texts.get(1), texts.get(2), texts.get(3)));
            pictures.accept(row, picture());
        }
        return shown;
    }

    private BufferedImage picture() {
        List<Integer> place =
                ((List<?>) ask(PLACE)).stream().map(each -> (Integer) each).toList();
        Map<?, ?> answer = (Map<?, ?>) call("WebDriver:TakeScreenshot", "{\"full\":false}");
        byte[] png = Base64.getDecoder().decode(String.valueOf(answer.get("value")));
        try {
            BufferedImage window = ImageIO.read(new ByteArrayInputStream(png));
            return window.getSubimage(place.get(0), place.get(1) + BUTTONS, place.get(2), PICTURE_HEIGHT);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Writes a message in the window for that, and sends it signed and encrypted. */
    public void send(String from, String to, String subject, String text) {
        var _ = ask(COMPOSE, from, to, subject, text);
        Await.until(() -> ask(SEND).equals(true), () -> "Thunderbird does not let the user send");
        Await.until(() -> ask(IS_SENT).equals(true), () -> "Thunderbird does not send, and shows " + ask(WINDOWS));
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
            throw new AssertionError(command + (process.isAlive() ? "" : ", and the program has ended"), e);
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

    /** The height of the buttons above a message, which no picture needs. */
    private static final int BUTTONS = 36;

    private static final int PICTURE_HEIGHT = 180;

    /** Limits the time of an answer. The first one comes when the main window is there. */
    private static final int ANSWER_MILLIS = 180_000;

    /** Opens the inbox, and returns how many messages are in its list. */
    private static final String LIST = """
            const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
            const inbox = MailServices.accounts.localFoldersServer.rootFolder.getChildNamed("Inbox");
            const main = Services.wm.getMostRecentWindow("mail:3pane");
            const pane = main?.document.getElementById("tabmail")?.currentAbout3Pane;
            if (pane?.displayFolder && pane.gFolder !== inbox) pane.displayFolder(inbox.URI);
            return pane?.gDBView?.rowCount ?? 0;
            """;

    /** Opens the message in this row, and returns what is said about it once all of it is there. */
    private static final String MESSAGE = """
            const row = Number(arguments[0]);
            const main = Services.wm.getMostRecentWindow("mail:3pane");
            const pane = main.document.getElementById("tabmail").currentAbout3Pane;
            if (pane.threadTree.selectedIndex !== row) pane.threadTree.selectedIndex = row;
            const message = pane.document.getElementById("messageBrowser").contentWindow;
            const isShown = message.msgLoaded && message.gMessage?.messageKey === pane.gDBView.getKeyAt(row);
            const page = message.getMessagePaneBrowser?.().contentDocument;
            if (!isShown || page.readyState !== "complete" || !page.body) return [];
            if (message.gReceivedSignatureCount < message.gExpectedSignatureCount) return [];
            const element = id => message.document.getElementById(id);
            const icons = ["signedHdrIcon", "encryptedHdrIcon"].map(element).filter(icon => !icon.hidden);
            let verdict = icons.map(icon => icon.src.replace(/.*message-|.svg$/g, "") + ". ").join("");
            if (!element("cryptoBox").hidden) {
                message.showMessageReadSecurityInfo();
                verdict += element("signatureLabel").textContent + ". " + element("encryptionLabel").textContent + ".";
                element("messageSecurityPanel").hidePopup();
            }
            return [
                pane.threadTree.getRowAtIndex(row)?.innerText ?? "",
                element("expandedsubjectBox").innerText,
                page.body.innerText,
                verdict];
            """;

    /** Returns where the opened message is on the window: left, top, width, height. */
    private static final String PLACE = """
            const main = Services.wm.getMostRecentWindow("mail:3pane");
            const outer = main.document.getElementById("tabmail").currentTabInfo.chromeBrowser.getBoundingClientRect();
            const pane = main.document.getElementById("tabmail").currentAbout3Pane;
            const inner = pane.document.getElementById("messageBrowser").getBoundingClientRect();
            return [outer.left + inner.left, outer.top + inner.top, inner.width, inner.height].map(Math.floor);
            """;

    /** Opens the window in which a message is written. The user's certificate is chosen, as the settings do it. */
    private static final String COMPOSE = """
            const [from, to, subject, text] = arguments;
            const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
            const identity = MailServices.accounts.allIdentities.find(each => each.email === from);
            const database = Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB);
            const certificate = database.getCerts().find(each => each.emailAddress === from);
            for (const use of ["signing", "encryption"]) {
                identity.setUnicharAttribute(use + "_cert_name", certificate.displayName);
                identity.setCharAttribute(use + "_cert_dbkey", certificate.dbKey);
            }
            const create = (name, type) => Cc["@mozilla.org/messengercompose/" + name + ";1"].createInstance(type);
            const fields = create("composefields", Ci.nsIMsgCompFields);
            Object.assign(fields, { to, subject, body: text });
            const parameters = create("composeparams", Ci.nsIMsgComposeParams);
            parameters.identity = identity;
            parameters.composeFields = fields;
            parameters.format = Ci.nsIMsgCompFormat.PlainText;
            MailServices.compose.OpenComposeWindowWithParams(null, parameters);
            """;

    /**
     * Switches S/MIME on, as the menu does it, and sends, once the window is ready. The script ends before Thunderbird
     * sends, since a question to the user would keep it from ending.
     */
    private static final String SEND = """
            const compose = Services.wm.getMostRecentWindow("msgcompose");
            if (!compose?.gMsgCompose || !compose.gCurrentIdentity) return false;
            if (!compose.defaultController?.isCommandEnabled("cmd_sendNow")) return false;
            if (!compose.gSendSigned) compose.toggleGlobalSignMessage();
            if (!compose.gSendEncrypted) compose.toggleEncryptMessage();
            compose.gSelectedTechnologyIsPGP = false;
            compose.setTimeout(() => compose.SendMessage());
            return true;
            """;

    private static final String IS_SENT = """
            return Services.wm.getMostRecentWindow("msgcompose") === null;
            """;

    /** Returns the titles of the windows, and the texts of the questions and alerts in them. */
    private static final String WINDOWS = """
            const text = document => document?.getElementById("infoBody")?.textContent ?? "";
            return [...Services.wm.getEnumerator(null)].map(window => [
                window.document.title,
                text(window.document),
                text(window.gDialogBox?.dialog?.frame?.contentDocument)].filter(Boolean).join(": "));
            """;
}
