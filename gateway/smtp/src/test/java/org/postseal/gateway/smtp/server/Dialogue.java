package org.postseal.gateway.smtp.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Holds the content of one dialogue file; {@code src/test/dialogues/README.md} describes its format.
 *
 * @param name the name of the file, with the value of {@code ! each} if it has one
 * @param directives the lines that begin with {@code !}, split at blanks
 * @param steps what is sent and expected, in order
 * @param messages what the receiver must have been given in the end
 */
record Dialogue(String name, List<String[]> directives, List<Step> steps, List<String> messages) {
    sealed interface Step {
        /** Octets that are sent together with those of the next step, if that also sends. */
        record Send(byte[] octets) implements Step {}

        record Expect(String line) implements Step {}

        /** The server must close the connection. */
        record ExpectClosed() implements Step {}

        /** The client closes the connection without QUIT. */
        record Close() implements Step {}

        /** The client's handshake must succeed. */
        record StartTls() implements Step {}

        /** The client sends this instead of a handshake, and the server closes. */
        record BreakTls(byte[] octets) implements Step {}
    }

    static Stream<Dialogue> all(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".smtp")).sorted().toList().stream()
                    .flatMap(Dialogue::read);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Stream<Dialogue> read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        String name = file.getFileName().toString();
        List<String> each =
                lines.stream().filter(line -> line.startsWith("! each ")).toList();
        if (each.isEmpty()) {
            return Stream.of(parse(name, lines));
        }
        String values = each.getFirst().substring("! each ".length());
        List<String> rest =
                lines.stream().filter(line -> !line.startsWith("! each ")).toList();
        return Stream.of(values.split(" \\| ", -1)).map(value -> {
            String[] sides = value.split(" -> ", -1);
            return parse(
                    name + " " + value,
                    rest.stream()
                            .map(line -> line.replace("{EACH}", sides[0]).replace("{RESULT}", sides[sides.length - 1]))
                            .toList());
        });
    }

    private static Dialogue parse(String name, List<String> lines) {
        List<String[]> directives = new ArrayList<>();
        List<Step> steps = new ArrayList<>();
        List<String> messages = new ArrayList<>();
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String text = line.length() > 3 ? line.substring(3) : "";
            switch (line.split(" ", 2)[0]) {
                case "!" -> directives.add(line.substring(2).split(" "));
                case "C:" -> steps.add(new Step.Send(Escapes.unescape(text + "\\r\\n")));
                case "C-" -> steps.add(new Step.Send(Escapes.unescape(text)));
                case "S:" -> steps.add(new Step.Expect(text));
                case "M:" -> messages.add(text);
                case "CLOSED" -> steps.add(new Step.ExpectClosed());
                case "CLOSE" -> steps.add(new Step.Close());
                case "TLS" -> steps.add(new Step.StartTls());
                case "T-" -> steps.add(new Step.BreakTls(Escapes.unescape(text)));
                default -> throw new IllegalArgumentException(name + ": " + line);
            }
        }
        return new Dialogue(name, directives, steps, messages);
    }

    @Override
    public String toString() {
        return name;
    }
}
