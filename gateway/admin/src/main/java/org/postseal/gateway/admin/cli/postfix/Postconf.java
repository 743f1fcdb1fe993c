package org.postseal.gateway.admin.cli.postfix;

import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Program;

/**
 * Asks Postfix's own {@code postconf} what its files mean.
 *
 * @param programs the possible paths of the program, in the order in which they are tried
 * @param folder the folder with {@code main.cf} and {@code master.cf}; empty for Postfix's default
 * @param meant the folder that these files have or shall have, if they are copies of others
 */
public record Postconf(List<String> programs, Optional<Path> folder, Optional<Path> meant) {
    public Postconf(List<String> programs, Optional<Path> folder) {
        this(programs, folder, folder);
    }

    /** Tries the usual folders too, since a user's PATH may lack the folders for administrators. */
    public static Postconf of(Optional<Path> folder) {
        return new Postconf(List.of("postconf", "/usr/sbin/postconf", "/usr/local/sbin/postconf"), folder);
    }

    /**
     * Reads everything, with variables expanded.
     *
     * @throws CommandFailure when there is no Postfix here, or it cannot read its files
     */
    public PostfixSettings read() {
        return PostfixSettings.parse(said(expanded("-x")), said(expanded("-Mx")), said(expanded("-Px")));
    }

    /** Returns false if this machine has no such program. */
    public boolean isThere() {
        return programs.stream()
                .anyMatch(program ->
                        Program.run("", List.of(program, "-d", "mail_version")).isPresent());
    }

    /** Returns the same program for the files in another folder. */
    Postconf in(Path other) {
        return new Postconf(programs, Optional.of(other), meant);
    }

    /** Returns the command that makes the change, as somebody types it. */
    public String command(PostfixEdit edit) {
        return "postconf" + meant.map(place -> " -c " + word(place.toString())).orElse("") + " " + edit.option() + " "
                + quoted(edit.text());
    }

    private static String word(String text) {
        return PLAIN.matcher(text).matches() ? text : quoted(text);
    }

    /** A shell takes nothing within single quotes for its own but the next quote. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /** Makes these changes, those by one option at once. None may need another one of them. */
    void change(List<PostfixEdit> edits) {
        edits.stream()
                .collect(Collectors.groupingBy(
                        PostfixEdit::option,
                        LinkedHashMap::new,
                        Collectors.mapping(PostfixEdit::text, Collectors.toList())))
                .forEach((option, texts) ->
                        said(Stream.concat(Stream.of(option), texts.stream()).toList()));
    }

    /** Returns the value of a parameter of {@code main.cf}, or its default. */
    public String value(String parameter) {
        return said(expanded("-xh", parameter)).strip();
    }

    /** Returns what {@code postconf} prints with this option: lines with a name, a {@code =} and a value. */
    Map<String, String> values(String option) {
        return PostfixSettings.values(said(List.of(option)));
    }

    /** Returns the lines that {@code postconf} prints with this option. */
    List<String> lines(String option) {
        return said(List.of(option)).lines().toList();
    }

    /** Without being told, {@code postconf} expands {@code $config_directory} to its own default. */
    private List<String> expanded(String option, String... names) {
        List<String> words = new ArrayList<>(List.of(option));
        meant.ifPresent(
                place -> words.addAll(List.of("-o", "config_directory=" + PostfixSettings.literal(place.toString()))));
        words.addAll(List.of(names));
        return words;
    }

    private String said(List<String> options) {
        demandWritable(options);
        for (String program : programs) {
            List<String> command = new ArrayList<>(List.of(program));
            folder.ifPresent(place -> command.addAll(List.of("-c", place.toString())));
            command.addAll(options);
            Optional<Program> ran = Program.run("", command);
            if (ran.isPresent()) {
                return output(ran.get());
            }
        }
        throw new CommandFailure(
                ExitCode.UNAVAILABLE,
                "there is no postconf here, so nothing can be said about Postfix",
                "run this on the machine where Postfix is installed; setup makes a gateway without one by --next-hop or"
                        + " --exchange-online");
    }

    private static String output(Program ran) {
        if (!ran.isSuccess()) {
            throw new CommandFailure(ExitCode.CONFIG, "postconf cannot read the configuration: " + ran.complaint());
        }
        return ran.output();
    }

    /** Java would put a question mark in place of each character that the locale does not have. */
    private static void demandWritable(List<String> words) {
        CharsetEncoder encoder =
                Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")).newEncoder();
        for (String word : words) {
            if (!encoder.canEncode(word)) {
                throw new CommandFailure(
                        ExitCode.CONFIG,
                        "Postfix needs letters that this locale does not have: " + word,
                        "run this with LC_ALL=C.UTF-8");
            }
        }
    }

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./,:+@%][A-Za-z0-9_./,:+@%-]*");
}
