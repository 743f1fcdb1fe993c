package org.postseal.gateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the code blocks of a page in {@code docs}, so that the tests run what the page tells an administrator.
 *
 * @param name the file name
 * @param places replacements for ports, addresses and files of the page
 */
public record HowtoPage(String name, Map<String, String> places) {
    /** Takes the page as it stands. */
    public HowtoPage(String name) {
        this(name, Map.of());
    }

    /** Returns the page with other replacements. */
    public HowtoPage with(Map<String, String> others) {
        return new HowtoPage(name, others);
    }

    /** Returns the block with this mark, with its replacements made. */
    public String block(String mark) {
        Matcher block = Pattern.compile(
                        "^```" + Pattern.quote(mark) + "\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(text());
        if (!block.find()) {
            throw new AssertionError("no block " + mark + " in " + name);
        }
        if (places.isEmpty()) {
            return block.group(1);
        }
        // The longest comes first, since one may begin with another
        String any = places.keySet().stream()
                .sorted((one, other) -> other.length() - one.length())
                .map(Pattern::quote)
                .reduce((one, other) -> one + "|" + other)
                .orElseThrow();
        return Pattern.compile(any, Pattern.MULTILINE)
                .matcher(block.group(1))
                .replaceAll(match -> Matcher.quoteReplacement(String.valueOf(places.get(match.group()))));
    }

    /** Returns all blocks of a text with this mark, as they stand. */
    public static List<String> blocks(String text, String mark) {
        return Pattern.compile("(?ms)^```" + Pattern.quote(mark) + "\n(.*?)^```$")
                .matcher(text)
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private String text() {
        try {
            return Files.readString(Project.file("docs/" + name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
