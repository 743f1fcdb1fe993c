package org.postseal.gateway.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The blocks of {@code docs/howto-postfix.md}, so that what the page tells an administrator is what the tests run. */
final class PostfixHowto {
    private static final Path PAGE = Path.of(System.getProperty("basedir", "."), "../docs/howto-postfix.md");

    private PostfixHowto() {}

    static String mainCf() {
        return block("main.cf");
    }

    static String masterCf() {
        return block("master.cf");
    }

    private static String block(String name) {
        try {
            Matcher block = Pattern.compile(
                            "^```" + Pattern.quote(name) + "\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
                    .matcher(Files.readString(PAGE));
            if (!block.find()) {
                throw new AssertionError("no block " + name + " in " + PAGE);
            }
            return block.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
