package org.postseal.gateway.admin.cli.support;

import java.io.InputStream;
import java.io.PrintStream;

/**
 * The three streams of a command. Commands use no others, so that tests can watch a command.
 *
 * @param in a message, for {@code filter}
 * @param out results
 * @param err {@code error:}, {@code hint:} and {@code warning:} lines
 */
public record Console(InputStream in, PrintStream out, PrintStream err) {
    public static Console system() {
        return new Console(System.in, System.out, System.err);
    }
}
