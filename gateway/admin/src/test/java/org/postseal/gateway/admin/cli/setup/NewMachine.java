package org.postseal.gateway.admin.cli.setup;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.postseal.certstore.Digest;
import org.postseal.gateway.admin.cli.CommandLineInterface;
import org.postseal.gateway.admin.cli.postfix.Postconf;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Program;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Surroundings;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import picocli.CommandLine;

/** A machine with a Postfix, whose {@code postconf} is a script that prints files, and an administrator who sets up. */
final class NewMachine {
    private final Path home;
    private final Path postfix;
    private final Set<Integer> taken = new HashSet<>();
    private final Set<Path> readOnly = new HashSet<>();
    private List<String> programs;
    private Optional<String> typed = Optional.empty();
    private Consumer<Step> after = _ -> {};
    private String deadly = "";
    private boolean isDead;

    /** The programs that were run. */
    final List<String> ran = new ArrayList<>();

    /** The exit code and the output of a command. */
    record Done(int exitCode, List<String> out, List<String> err) {}

    /** Ends a setup as a kill does. */
    static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    NewMachine(Path folder) throws IOException {
        home = Files.createDirectories(folder.resolve("gateway"));
        postfix = Files.createDirectories(folder.resolve("postfix"));
        for (String name : List.of("main.cf", "master.cf")) {
            Files.createFile(postfix.resolve(name));
        }
        write("main", MAIN);
        write("services", SERVICES);
        write("overrides", OVERRIDES);
        Path script = Files.writeString(postfix.resolve("postconf"), """
            #!/bin/sh
            cd '%s'
            [ "$1" = -c ] && shift 2
            case "$*" in
                -xh*) for name; do :; done; sed -n "s/^$name = *//p" main ;;
                -x*) cat main ;;
                -Mx*) cat services ;;
                -Px*) cat overrides ;;
                *) echo "it changes $*" >&2; exit 1 ;;
            esac
            """.formatted(postfix));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        programs = List.of(script.toString());
    }

    Path file(String name) {
        return home.resolve(name);
    }

    /** Replaces a line of what {@code postconf} says. */
    void says(String file, String line, String other) throws IOException {
        String text = Files.readString(postfix.resolve(file));
        if (!text.contains(line)) {
            throw new AssertionError("no " + line);
        }
        write(file, text.replace(line, other));
    }

    void withoutPostfix() {
        programs = List.of("/nonexistent/postconf");
    }

    void takes(int port) {
        taken.add(port);
    }

    void readsOnly(Path folder) {
        readOnly.add(folder);
    }

    /** Somebody sits at the terminal and types this. */
    void types(String lines) {
        typed = Optional.of(lines);
    }

    /** The next setup is killed after each step that it makes. */
    void killed(boolean isKilled) {
        after = isKilled
                ? _ -> {
                    throw new Killed();
                }
                : _ -> {};
    }

    /** The next setup is killed when it runs a program with this last word. */
    void killedAt(String word) {
        deadly = word;
    }

    /** An earlier setup has changed {@code main.cf}, which was this. */
    void hasChangedPostfix(String before) throws IOException {
        Path kept = file("setup/postfix");
        for (String state : List.of("before", "after")) {
            Path folder = Files.createDirectories(kept.resolve(state));
            for (String name : List.of("main.cf", "master.cf")) {
                Files.copy(postfix.resolve(name), folder.resolve(name));
            }
        }
        Files.writeString(kept.resolve("before/main.cf"), before);
        Files.writeString(kept.resolve("folder"), postfix.toRealPath() + "\n");
    }

    /** Returns what {@code main.cf} says. */
    String mainFile() throws IOException {
        return Files.readString(postfix.resolve("main.cf"));
    }

    /** Sets up without questions. */
    Done setUp(String... words) {
        return run(Stream.concat(Stream.of("--yes", "--postfix", postfix.toString()), Arrays.stream(words))
                .toArray(String[]::new));
    }

    /** Runs {@code postseal setup}. */
    Done run(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = console(out, err);
        StoreAccess store = new StoreAccess(() -> file("postseal.yaml"), console, surroundings());
        Machine machine = new Machine(
                folder -> new Postconf(programs, folder),
                port -> !taken.contains(port),
                place -> !readOnly.contains(place),
                false,
                (_, run) -> ran(run));
        CommandLine line = new CommandLine(new SetupCommand(store, this::command, machine, after))
                .setExecutionExceptionHandler((cause, _, _) -> {
                    isDead = cause instanceof Killed;
                    return isDead ? 0 : CommandFailure.told(cause, console);
                });
        Options.register(line);
        isDead = false;
        int exitCode = line.execute(words);
        if (isDead) {
            throw new Killed();
        }
        return new Done(exitCode, lines(out), lines(err));
    }

    /** Runs another command. */
    Done command(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = command(
                console(out, err),
                Stream.concat(
                                Arrays.stream(words),
                                Stream.of("-c", file("postseal.yaml").toString()))
                        .toList());
        return new Done(exitCode, lines(out), lines(err));
    }

    /** Returns the SHA-256 of each file, by its name. */
    Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(home)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                files.put(home.relativize(each).toString(), Digest.SHA_256.hex(Files.readAllBytes(each)));
            }
        }
        return files;
    }

    private Program ran(List<String> words) {
        ran.add(String.join(" ", words));
        if (words.getLast().equals(deadly)) {
            throw new Killed();
        }
        return new Program(0, "", "");
    }

    private int command(Console console, List<String> words) {
        return new CommandLineInterface(new GatewayAssembly(), console, surroundings())
                .execute(words.toArray(String[]::new));
    }

    private Surroundings surroundings() {
        return new Surroundings(
                "root",
                typed.isPresent() ? OptionalInt.of(120) : OptionalInt.empty(),
                Clock.fixed(NOW, ZoneOffset.UTC),
                Duration.ofSeconds(5));
    }

    private Console console(ByteArrayOutputStream out, ByteArrayOutputStream err) {
        return new Console(
                new ByteArrayInputStream(typed.orElse("").getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(postfix.resolve(file), text);
    }

    private static List<String> lines(ByteArrayOutputStream octets) {
        return octets.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    /** A Postfix by docs/howto-postfix.md, of which nothing has to be changed. */
    private static final String MAIN = """
        allow_percent_hack = no
        swap_bangpath = no
        resolve_dequoted_address = no
        disable_mime_output_conversion = yes
        bounce_size_limit = 1
        message_size_limit = 10240000
        cleanup_service_name = cleanup
        alias_maps =
        forward_path =
        luser_relay =
        fallback_transport =
        fallback_transport_maps =
        local_transport = local:mail.example.com
        content_filter = gateway:[127.0.0.1]:10025
        smtpd_proxy_filter =
        receive_override_options =
        local_header_rewrite_clients = permit_inet_interfaces
        mynetworks = 127.0.0.0/8
        inet_interfaces = all
        smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination
        smtp_line_length_limit = 0
        relay_transport = relay
        default_transport = smtp
        mydestination = example.com
        virtual_mailbox_domains =
        relay_domains =
        recipient_canonical_maps = inline:{ { @localhost = @example.com } }
        smtpd_sasl_auth_enable = no
        myorigin = example.com
        myhostname = mail.example.com
        """;

    private static final String SERVICES = """
        smtp       inet  n       -       n       -       -       smtpd
        submission inet  n       -       n       -       -       smtpd
        127.0.0.1:10026 inet n   -       n       -       -       smtpd
        127.0.0.1:10028 inet n   -       n       -       -       smtpd
        pickup     unix  n       -       n       60      1       pickup
        back       unix  n       -       n       -       0       cleanup
        gateway    unix  -       -       n       -       10      lmtp
        """;

    private static final String OVERRIDES = Stream.of("10026", "10028")
                    .flatMap(port -> Stream.of(
                                    "smtpd_client_restrictions =",
                                    "smtpd_helo_restrictions =",
                                    "smtpd_sender_restrictions =",
                                    "smtpd_data_restrictions =",
                                    "smtpd_relay_restrictions = permit_mynetworks,reject",
                                    "smtpd_end_of_data_restrictions =",
                                    "smtpd_tls_security_level = none",
                                    "smtpd_milters =",
                                    "mynetworks = 127.0.0.0/8",
                                    "smtpd_recipient_restrictions = permit_mynetworks,reject")
                            .map(option -> "127.0.0.1:" + port + "/inet/" + option + "\n"))
                    .reduce("", String::concat)
            + """
            127.0.0.1:10026/inet/content_filter =
            127.0.0.1:10026/inet/receive_override_options = no_address_mappings,no_unknown_recipient_checks
            127.0.0.1:10026/inet/local_header_rewrite_clients =
            127.0.0.1:10026/inet/smtpd_authorized_xforward_hosts = 127.0.0.0/8
            127.0.0.1:10026/inet/message_size_limit = 0
            127.0.0.1:10026/inet/cleanup_service_name = back
            smtp/inet/smtpd_relay_restrictions = reject_unauth_destination
            smtp/inet/smtpd_sasl_auth_enable = no
            submission/inet/content_filter = gateway:[127.0.0.1]:10024
            submission/inet/smtpd_relay_restrictions = permit_mynetworks,permit_sasl_authenticated,reject
            pickup/unix/content_filter = gateway:[127.0.0.1]:10024
            back/unix/message_size_limit = 0
            gateway/unix/lmtp_send_xforward_command = yes
            gateway/unix/lmtp_line_length_limit = 0
            """;
}
