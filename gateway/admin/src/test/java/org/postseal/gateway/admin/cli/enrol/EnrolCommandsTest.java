package org.postseal.gateway.admin.cli.enrol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.authority.CaCreation;
import org.postseal.certstore.authority.CaException;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.CaSettings;
import org.postseal.certstore.authority.IssuedEntry;
import org.postseal.certstore.database.ChangeLog.Change;
import org.postseal.certstore.database.MirrorEntry;
import org.postseal.certstore.database.Mirrors;
import org.postseal.certstore.database.Turn;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** The commands {@code enrol}, with our own authority and with programs. */
final class EnrolCommandsTest {
    private static final String HOUSE = "    house: { own: {} }\n";

    @TempDir
    private Path folder;

    private Administration admin;

    @BeforeEach
    void start() throws IOException {
        admin = Administration.in(folder);
        admin.run("key init");
        admin.database(database -> database.mirrors()
                .apply(
                        "mirror:corp",
                        List.of(
                                entry("1", false, "erin@ours.example", "e.erin@ours.example"),
                                entry("2", true, "dave@ours.example"),
                                entry("3", false, "mallory@theirs.example")),
                        List.of(),
                        new Mirrors.SyncState("test", "corp", new byte[0], Administration.NOW)));
    }

    @Test
    void aColleagueInTheDirectoryGetsACertificateOfOurOwnAuthorityWhichIsRenewed() throws Exception {
        makeAuthority();
        configure(HOUSE, "    - { for: ours.example, authority: house, key: p256 }\n");

        Done done = run();

        assertThat(done.err()).isEmpty();
        assertThat(done.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(done.out()).hasSize(2);
        assertThat(done.out().getFirst()).startsWith("taken: erin@ours.example: certificate ");
        assertThat(done.out().getLast()).isEqualTo("1 certificate taken, 0 waiting, 0 refused, for 1 user");
        assertThat(issued()).singleElement().satisfies(entry -> {
            assertThat(entry.addresses()).containsExactly(MailAddress.of("erin@ours.example"));
            // Its owner has nothing to do: notices and renewals of the authority say so.
            assertThat(entry.ownKey()).isTrue();
        });
        assertThat(admin.run("enrol status").out().get(1))
                .matches("erin@ours.example +house +valid +2027-06-01 +renewed from 2027-05-02 +-");
        assertThat(run().out()).containsExactly("0 certificates taken, 0 waiting, 0 refused, for 1 user");

        admin.at(Administration.NOW.plus(Duration.ofDays(340)));
        assertThat(run().out().getLast()).startsWith("1 certificate taken");
        assertThat(issued()).hasSize(2);
        assertThat(admin.run("key list").out().getLast()).isEqualTo("2 keys");
        assertThat(actions()).containsExactly("key-init", "enrol-order", "enrol-take", "enrol-order", "enrol-take");
    }

    @Test
    void aWrongPassphraseIssuesNothing() throws Exception {
        makeAuthority();
        configure(HOUSE, "    - { for: ours.example, authority: house, key: p256 }\n");
        Done done = admin.run("enrol run --passphrase-file", admin.write("wrong", "no such passphrase\n"));
        assertThat(done.exitCode()).isNotZero();
        assertThat(issued()).isEmpty();
        assertThat(run().out().getLast()).startsWith("1 certificate taken");
    }

    @Test
    void whatAProgramAnswersIsTheEndOfTheRunAndStandsInTheStatus() throws Exception {
        Path program = program("echo 'not of this tenant' >&2; exit 65");
        configure(
                "    bought: { exec: { command: [" + program + "] } }\n",
                "    - { for: erin@ours.example, authority: bought, key: p256 }\n");

        Done refused = admin.run("enrol run");
        assertThat(refused.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(refused.out().getFirst()).isEqualTo("refused: erin@ours.example: not of this tenant");
        Done status = admin.run("enrol status");
        assertThat(status.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(status.out().get(1))
                .matches("erin@ours.example +bought +refused, LATE +- +postseal enrol retry erin@ours.example"
                        + " +not of this tenant");
        assertThat(admin.run("key list").out().getLast()).isEqualTo("1 key");

        assertThat(admin.run("enrol retry bob@ours.example").exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(admin.run("enrol retry erin@ours.example").exitCode()).isZero();
        program("echo 86400; exit 75");
        Done waiting = admin.run("enrol run");
        assertThat(waiting.exitCode()).isEqualTo(ExitCode.TRY_AGAIN);
        assertThat(admin.run("enrol status --json").out())
                .contains("    \"state\": \"waiting\",", "    \"next\": \"2026-06-02T12:00:00Z\",");
        assertThat(admin.changes())
                .extracting(Change::action)
                .containsExactly("key-init", "enrol-order", "enrol-refuse", "enrol-retry", "enrol-wait");
        assertThat(admin.changes().get(2).details())
                .containsExactly(
                        "address erin@ours.example",
                        "authority bought",
                        "for sign and encrypt",
                        "reason not of this tenant");
    }

    @Test
    void anAcmeAuthorityThatIsAwayIsNamedAndARetryForgetsItsOrder() throws Exception {
        makeAuthority();
        configure(
                "    public: { acme: { directory: \"https://127.0.0.1:1/\", trust: ca/root.pem, account: acme.key,"
                        + " contact: postmaster@ours.example } }\n",
                "    - { for: erin@ours.example, authority: public, key: p256 }\n");
        assertThat(admin.run("enrol run").out().getFirst())
                .isEqualTo("waiting: erin@ours.example: https://127.0.0.1:1/ cannot be asked: ConnectException");
        MailAddress erin = MailAddress.of("erin@ours.example");
        assertThat(admin.<Boolean>database(database -> database.acmeChallenges()
                        .put(
                                erin,
                                database.orders().of(erin).orElseThrow().key(),
                                "https://127.0.0.1:1/order",
                                Optional.empty())))
                .isTrue();
        assertThat(admin.run("enrol retry erin@ours.example").exitCode()).isZero();
        assertThat(admin.<Optional<String>>database(
                        database -> database.acmeChallenges().url(erin)))
                .isEmpty();
    }

    @Test
    void theFirstItemThatFitsCountsAndPeopleOutsideGetNothing() throws Exception {
        Files.writeString(admin.file("policy.yaml"), """
                version: 1
                internal: [ours.example]
                groups:
                  chiefs: [chief@ours.example]
                mailboxPolicies:
                  default: {}
                  finance: { appliesTo: [group:chiefs, fred@ours.example] }
                rules:
                  - { id: rest, when: always, then: mailboxPolicy }
                """);
        String program = program("exit 75").toString();
        configure(
                "    one: { exec: { command: [" + program + "] } }\n    two: { exec: { command: [" + program
                        + "] } }\n    three: { exec: { command: [" + program + "] } }\n",
                """
                    - { for: e.erin@ours.example, authority: one }
                    - { for: "mailboxPolicy:finance", authority: two }
                    - { for: ["mailboxPolicy:default", mallory@theirs.example], authority: three }
                """);
        Done status = admin.run("enrol status");
        assertThat(status.err())
                .containsExactly("warning: enrolment.users names mallory@theirs.example, whose domain is not internal;"
                        + " it gets nothing");
        assertThat(status.out().stream().map(line -> line.replaceAll(" +", " ")).toList())
                .contains("chief@ours.example two due - ordered in the next run -")
                .contains("erin@ours.example one due - ordered in the next run -")
                .contains("fred@ours.example two due - ordered in the next run -")
                .noneMatch(line -> line.startsWith("dave@") || line.startsWith("mallory@"));
    }

    @Test
    void whatCannotBeDoneIsNamed() throws Exception {
        assertThat(admin.run("enrol status").err()).first().isEqualTo("error: no enrolment is configured");
        configure("    one: { exec: { command: [/bin/true] } }\n", "    - { for: \"group:none\", authority: one }\n");
        Done unknown = admin.run("enrol run");
        assertThat(unknown.exitCode()).isEqualTo(ExitCode.CONFIG);
        assertThat(unknown.err())
                .containsExactly("error: enrolment.users names the group none, which the policy does not have");
        configure("    one: { exec: { command: [/bin/true] } }\n", "    - { for: ours.example, authority: one }\n");
        admin.database(database -> {
            try (Turn turn = database.turn("enrolment").orElseThrow()) {
                assertThat(turn.isHeld()).isTrue();
                Done busy = admin.run("enrol run");
                assertThat(busy.exitCode()).isEqualTo(ExitCode.TRY_AGAIN);
                return assertThat(busy.err()).first().isEqualTo("error: another command is at this work");
            }
        });
    }

    private void configure(String authorities, String users) throws IOException {
        admin.configure("directory: { database: postseal.db, masterKey: master.key }\n" + "enrolment:\n  authorities:\n"
                + authorities + "  users:\n" + users);
    }

    private Done run() throws IOException {
        return admin.run("enrol run --passphrase-file", admin.write("pass", "staple battery horse\n"));
    }

    private Path program(String script) throws IOException {
        Path program = Files.writeString(admin.file("program"), "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    private void makeAuthority() throws Exception {
        new CaCreation(
                        admin.file("ca"),
                        admin.file("root.key"),
                        new CaSettings("Ours", "DE", "http://pki.ours.example/"),
                        KeyAlgorithm.P256,
                        1000)
                .create("correct horse battery".toCharArray(), "staple battery horse".toCharArray(), Administration.NOW)
                .close();
        Path anchors = Files.createDirectories(admin.file("store").resolve("trust"));
        Files.copy(admin.file("ca").resolve("root.pem"), anchors.resolve("root.pem"));
    }

    private List<IssuedEntry> issued() throws CaException {
        try (CaFolder opened = CaFolder.open(admin.file("ca"))) {
            return opened.index().entries();
        }
    }

    private List<String> actions() {
        return admin.changes().stream().map(Change::action).toList();
    }

    private static MirrorEntry entry(String id, boolean isDisabled, String... addresses) {
        return new MirrorEntry(
                id,
                "f",
                isDisabled,
                List.of(addresses).stream().map(MailAddress::of).toList(),
                List.of(),
                List.of());
    }
}
