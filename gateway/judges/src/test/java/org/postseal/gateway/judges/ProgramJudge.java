package org.postseal.gateway.judges;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.testkit.Project;
import org.postseal.gateway.testkit.TemporaryHome;

/**
 * A program that stays and answers message after message. Both sides send a length of four octets before what they say;
 * an answer is lines of a letter and words in base64: {@code F} a field, {@code A} an author, {@code D} the seconds of
 * Date since 1970, {@code P} a part with its names, {@code E} a failure. A program that dies or takes longer than ten
 * seconds is started again for the next message.
 */
final class ProgramJudge implements Judge {
    private static final int PATIENCE_SECONDS = 10;
    private static final ScheduledExecutorService TIMER = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().factory());
    private static final String PYTHON = "/usr/bin/python3";

    private final String name;
    private final List<String> command;
    private final Optional<Path> home;
    private @Nullable Process process;

    private ProgramJudge(String name, Optional<Path> home, List<String> command) {
        this.name = name;
        this.home = home;
        this.command = command;
    }

    private static ProgramJudge of(String name, String... command) {
        return new ProgramJudge(name, Optional.empty(), List.of(command));
    }

    /** Starts all of them. The caller closes each. */
    static List<Judge> all() {
        String modules = Project.file("gateway/judges/target/programs").toString();
        Path mailbox = TemporaryHome.create("dovecot");
        return List.of(
                of("python-email", PYTHON, script("python_email.py"), "default"),
                of("python-email-compat32", PYTHON, script("python_email.py"), "compat32"),
                of("gmime", PYTHON, script("gmime.py")),
                of("ruby-mail", "ruby", script("ruby_mail.rb")),
                of("mime-tools", "perl", script("mime_tools.pl")),
                of("postal-mime", "node", script("node_parsers.js"), "postal-mime", modules),
                of("mailparser", "node", script("node_parsers.js"), "mailparser", modules),
                of("emailjs-mime-parser", "node", script("node_parsers.js"), "emailjs-mime-parser", modules),
                new ProgramJudge(
                        "dovecot", Optional.of(mailbox), List.of(PYTHON, script("dovecot.py"), mailbox.toString())));
    }

    private static String script(String file) {
        return Project.file("gateway/judges/src/test/programs").resolve(file).toString();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Shown read(byte[] message) {
        Process running = running();
        ScheduledFuture<?> end = TIMER.schedule(running::destroyForcibly, PATIENCE_SECONDS, TimeUnit.SECONDS);
        try {
            DataOutputStream out = new DataOutputStream(running.getOutputStream());
            out.writeInt(message.length);
            out.write(message);
            out.flush();
            DataInputStream in = new DataInputStream(running.getInputStream());
            byte[] answer = new byte[in.readInt()];
            in.readFully(answer);
            return shown(new String(answer, ISO_8859_1));
        } catch (IOException e) {
            stop();
            return Shown.nothing("the program died or hung");
        } finally {
            end.cancel(false);
        }
    }

    private Process running() {
        if (process == null || !process.isAlive()) {
            try {
                process = new ProcessBuilder(command)
                        .redirectError(Redirect.DISCARD)
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(name, e);
            }
        }
        return process;
    }

    private static Shown shown(String answer) {
        List<Shown.Field> fields = new ArrayList<>();
        List<String> authors = new ArrayList<>();
        Optional<Instant> date = Optional.empty();
        List<Shown.Part> parts = new ArrayList<>();
        Optional<String> failure = Optional.empty();
        for (String line : answer.lines().toList()) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "F" -> fields.add(new Shown.Field(decoded(words[1]), decoded(words[2])));
                case "A" -> authors.add(decoded(words[1]));
                case "D" -> date = Optional.of(Instant.ofEpochSecond(Long.parseLong(decoded(words[1]))));
                case "P" -> parts.add(new Shown.Part(decoded(words[1]), decoded(words[2]), decoded(words[3])));
                case "E" -> failure = Optional.of(decoded(words[1]));
                default -> throw new IllegalStateException("no answer: " + line);
            }
        }
        return new Shown(fields, authors, date, parts, failure);
    }

    /** A lone equals sign stands for no octets, since a word must not be empty. */
    private static String decoded(String word) {
        return word.equals("=") ? "" : new String(Base64.getDecoder().decode(word), ISO_8859_1);
    }

    /** Ends the program as if it had died. */
    void end() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    private void stop() {
        if (process != null) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            process = null;
        }
    }

    @Override
    public void close() {
        stop();
        home.ifPresent(TemporaryHome::delete);
    }
}
