package org.postseal.gateway.admin.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.mail.login.LoginFile;
import org.postseal.gateway.mail.login.PasswordHash;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "password",
        description = "Print a user's line for the file that listeners[].auth.passwords names.",
        footer = {
            "",
            "The password is asked for, or is the first line of standard input."
                    + " It is never taken from the command line, which everybody on the machine can see.",
            "",
            "  postseal password alice@example.com",
            "  postseal password scanner --sender @example.com < secret >> logins"
        })
final class PasswordCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(
            paramLabel = "USER",
            description = "the name that the user logs in with;"
                    + " without --sender it is also the address that the user may write as")
    private String user = "";

    @Option(
            names = "--sender",
            paramLabel = "ADDRESS|@DOMAIN|*",
            description = "an address or a domain that the user may write as; may be repeated")
    private List<String> senders = List.of();

    PasswordCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        // The user name and the senders are checked first, so that nobody types a password for nothing
        PasswordHash any = PasswordHash.of("any", new SecureRandom());
        LoginFile.problems(LoginFile.line(user, any, senders)).stream()
                .findFirst()
                .ifPresent(problem -> {
                    throw new CommandFailure(ExitCode.USAGE, problem.replaceFirst("^line 1: ", ""));
                });
        String password = password();
        if (password.isEmpty()) {
            throw new CommandFailure(ExitCode.REFUSED, "the password is empty");
        }
        console.out().println(LoginFile.line(user, PasswordHash.of(password, new SecureRandom()), senders));
        return ExitCode.OK;
    }

    private String password() throws IOException {
        Optional<java.io.Console> terminal = console.in().equals(System.in)
                ? Optional.ofNullable(System.console()).filter(java.io.Console::isTerminal)
                : Optional.empty();
        if (terminal.isPresent()) {
            return asked(terminal.get());
        }
        if (console.in().equals(System.in) && isTerminal()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "the password would be shown while it is typed, since the output is not on the terminal",
                    "let the line be printed to the terminal, or give the password on standard input");
        }
        return firstLine(console.in());
    }

    private static String asked(java.io.Console terminal) {
        char[] first = Optional.ofNullable(terminal.readPassword("Password: ")).orElse(new char[0]);
        char[] second = Optional.ofNullable(terminal.readPassword("Again: ")).orElse(new char[0]);
        if (!Arrays.equals(first, second)) {
            throw new CommandFailure(ExitCode.REFUSED, "the two are not the same");
        }
        return new String(first);
    }

    // Java reads from the terminal only if both input and output are one
    private static boolean isTerminal() {
        try {
            String input = Path.of("/proc/self/fd/0").toRealPath().toString();
            return input.startsWith("/dev/pts/") || input.startsWith("/dev/tty");
        } catch (IOException notOnThisSystem) {
            return false;
        }
    }

    private static String firstLine(InputStream in) throws IOException {
        byte[] octets = in.readNBytes(MAX_OCTETS + 1);
        if (octets.length > MAX_OCTETS) {
            throw new CommandFailure(ExitCode.REFUSED, "more than 1024 octets on standard input");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString()
                    .lines()
                    .findFirst()
                    .orElse("");
        } catch (CharacterCodingException notText) {
            throw new CommandFailure(ExitCode.REFUSED, "the password is not UTF-8");
        }
    }

    private static final int MAX_OCTETS = 1024;
}
