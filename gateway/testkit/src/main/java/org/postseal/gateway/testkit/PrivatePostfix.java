package org.postseal.gateway.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs a separate Postfix in a temporary directory, with its own queue, log, ports and mailboxes. It neither uses nor
 * disturbs the machine's instance, and several of them run beside each other. It needs root and the user {@code
 * postfix}.
 */
public final class PrivatePostfix implements AutoCloseable {
    private static final Pattern DEFERRED =
            Pattern.compile("\"address\": \"([^\"]*)\", \"delay_reason\": \"((?:[^\"\\\\]|\\\\.)*)\"");

    private static final Pattern ADDRESS = Pattern.compile("\"address\": \"([^\"]*)\"");

    private final PostfixLayout layout;
    private final Path home;
    private final Thread atExit = new Thread(this::stop);
    private boolean running;

    private PrivatePostfix(PostfixLayout layout, Path home) {
        this.layout = layout;
        this.home = home;
    }

    public static PrivatePostfix start(PostfixLayout layout) {
        try {
            Path home = Files.createTempDirectory("postseal-postfix");
            PrivatePostfix postfix = new PrivatePostfix(layout, home);
            postfix.layOut();
            postfix.start();
            return postfix;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public PostfixLayout layout() {
        return layout;
    }

    /** Returns the folder with {@code main.cf} and {@code master.cf}. */
    public Path etc() {
        return home.resolve("etc");
    }

    /**
     * Hands a message to {@code sendmail} as a local user does. The message gets LF line ends and passes the submission
     * filter.
     */
    public void sendmail(String sender, List<String> recipients, byte[] message) {
        List<Object> words =
                new ArrayList<>(List.of("sendmail", "-C", etc().resolve("main.cf"), "-i", "-f", sender, "--"));
        words.addAll(recipients);
        byte[] unixLines = new String(message, ISO_8859_1).replace("\r\n", "\n").getBytes(ISO_8859_1);
        Command.of(words).with("MAIL_CONFIG", etc()).input(unixLines).output();
    }

    /** Returns what is in the mailbox, oldest first, with CRLF line ends. */
    public List<byte[]> mailbox(String address) {
        Path inbox = home.resolve("mail").resolve(address).resolve("new");
        if (!Files.isDirectory(inbox)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(inbox)) {
            List<byte[]> messages = new ArrayList<>();
            // The name begins with the time: seconds, then V device I inode M microseconds; the inode only matters
            // within one microsecond
            for (Path file : files.sorted(Comparator.comparing(PrivatePostfix::delivered))
                    .toList()) {
                messages.add(new String(Files.readAllBytes(file), ISO_8859_1)
                        .replace("\n", "\r\n")
                        .getBytes(ISO_8859_1));
            }
            return messages;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until a message with this mark, such as its Message-ID, is in the mailbox, and returns it. A message that
     * quotes the mark also counts.
     */
    public byte[] awaitMail(String address, String mark) {
        Await.until(
                () -> !mailsWith(address, mark).isEmpty(),
                () -> "no mail with " + mark + " for " + address + "\n" + log());
        return mailsWith(address, mark).getFirst();
    }

    /**
     * Returns the messages in the mailbox that carry the mark. A test must put the mark into header fields that stay
     * readable.
     */
    public List<byte[]> mailsWith(String address, String mark) {
        return mailbox(address).stream()
                .filter(message -> new String(message, ISO_8859_1).contains(mark))
                .toList();
    }

    /** Names a recipient that waits in the queue, with the reason. */
    public record Deferred(String recipient, String reason) {}

    public List<Deferred> deferred() {
        String lines = new String(Command.of("postqueue", "-c", etc(), "-j").output(), UTF_8);
        return DEFERRED.matcher(lines)
                .results()
                .map(match -> new Deferred(match.group(1), match.group(2)))
                .toList();
    }

    /** Waits until this recipient is in the queue after an attempt. */
    public Deferred awaitDeferred(String recipient) {
        Await.until(() -> findDeferred(recipient).isPresent(), () -> recipient + " was not deferred\n" + log());
        return findDeferred(recipient).orElseThrow();
    }

    /** Waits until any recipient is in the queue after an attempt. */
    public Deferred awaitDeferred() {
        Await.until(() -> !deferred().isEmpty(), () -> "nobody was deferred\n" + log());
        return deferred().getFirst();
    }

    /** Waits until nothing is left in the queue. */
    public void awaitEmptyQueue() {
        Await.until(this::isQueueEmpty, () -> "the queue does not become empty: " + deferred() + "\n" + log());
    }

    public boolean isQueueEmpty() {
        return Command.of("postqueue", "-c", etc(), "-j").output().length == 0;
    }

    /** Returns the recipients of mail on hold. */
    public List<String> held() {
        return entries()
                .filter(line -> line.contains("\"queue_name\": \"hold\""))
                .flatMap(line -> ADDRESS.matcher(line).results().map(match -> match.group(1)))
                .toList();
    }

    /** Hands in everything that waits anew. This is done with the next message that a program hands to sendmail. */
    public void requeue() {
        Command.of("postsuper", "-c", etc(), "-r", "ALL").output();
    }

    public void discardHeld() {
        Command.of("postsuper", "-c", etc(), "-d", "ALL", "hold").output();
    }

    /**
     * Tries everything that waits again, now. It first waits for the present attempts to end, since those would not
     * notice the request.
     */
    public void flush() {
        Await.until(
                () -> entries().noneMatch(line -> line.contains("\"queue_name\": \"active\"")),
                () -> "an attempt does not end\n" + log());
        Command.of("postqueue", "-c", etc(), "-f").output();
    }

    public String log() {
        try {
            Path file = home.resolve("log");
            return Files.exists(file) ? Files.readString(file, ISO_8859_1) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
        Runtime.getRuntime().removeShutdownHook(atExit);
        TemporaryHome.delete(home);
    }

    private void start() {
        Command.of("postfix", "-c", etc(), "start").output();
        running = true;
        Runtime.getRuntime().addShutdownHook(atExit);
        // If too much is logged before the daemon that reads the log runs, the master blocks and never starts that
        // daemon
        Await.until(() -> !log().isEmpty(), () -> "Postfix does not log");
        for (int port : layout.ports()) {
            Await.listener(port, () -> true, this::log);
        }
    }

    private synchronized void stop() {
        if (running) {
            running = false;
            Command.of("postfix", "-c", etc(), "stop").run();
        }
    }

    private void layOut() throws IOException {
        // Postfix's daemons run as another user and must reach what is below this folder
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String name : List.of("etc", "etc/dynamicmaps.cf.d", "etc/postfix-files.d", "spool", "lib", "mail")) {
            Files.createDirectories(home.resolve(name));
        }
        Files.write(home.resolve("mail").resolve(PostfixLayout.FULL_MAILBOX), new byte[PostfixLayout.MAILBOX_LIMIT]);
        Command.of("chown", "-R", "postfix", home.resolve("lib"), home.resolve("mail"))
                .output();
        Path installed = Path.of(defaultOf("meta_directory"));
        Files.copy(
                installed.resolve("postfix-files"),
                etc().resolve("postfix-files"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.createFile(etc().resolve("dynamicmaps.cf"));
        String uid = new String(Command.of("id", "-u", "postfix").output(), UTF_8).strip();
        String gid = new String(Command.of("id", "-g", "postfix").output(), UTF_8).strip();
        Files.writeString(etc().resolve("main.cf"), layout.mainCf(home, uid, gid));
        Files.writeString(etc().resolve("master.cf"), layout.masterCf());
    }

    private static String defaultOf(String parameter) {
        return new String(Command.of("postconf", "-d", "-h", parameter).output(), UTF_8).strip();
    }

    private static String delivered(Path file) {
        String name = file.getFileName().toString();
        int micros = name.indexOf('M', name.indexOf('V'));
        int end = micros < 0 ? -1 : name.indexOf('.', micros);
        return name.substring(0, name.indexOf('.')) + (micros < 0 || end < 0 ? "" : name.substring(micros, end));
    }

    private Optional<Deferred> findDeferred(String recipient) {
        return deferred().stream()
                .filter(entry -> entry.recipient().equals(recipient))
                .findFirst();
    }

    /** Returns a line of JSON for each message in the queue. */
    private Stream<String> entries() {
        return new String(Command.of("postqueue", "-c", etc(), "-j").output(), UTF_8).lines();
    }
}
