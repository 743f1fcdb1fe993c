package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.Domain;
import org.postseal.gateway.admin.cli.postfix.GatewayPlaces;
import org.postseal.gateway.admin.cli.postfix.GatewayPlaces.Listener;
import org.postseal.gateway.admin.cli.postfix.Postconf;
import org.postseal.gateway.admin.cli.postfix.PostfixEdit;
import org.postseal.gateway.admin.cli.postfix.PostfixFiles;
import org.postseal.gateway.admin.cli.postfix.PostfixPlan;
import org.postseal.gateway.admin.cli.postfix.PostfixWish;
import org.postseal.gateway.admin.cli.postfix.Unsafe;
import org.postseal.gateway.mail.Peer.Protocol;
import org.postseal.gateway.mail.Peer.Role;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.HowtoPage;
import org.postseal.gateway.testkit.Requirements;

/** Plans the change of a Postfix as Debian installs it, by a real postconf, and takes it back. */
class PostfixPlanIT {
    private static final String MAIN = """
        # See /usr/share/postfix/main.cf.dist for a commented, more complete version
        smtpd_banner = $myhostname ESMTP $mail_name (Debian)
        biff = no
        append_dot_mydomain = no
        compatibility_level = 3.10
        myhostname = mail.example.com
        alias_maps = hash:FOLDER/aliases
        alias_database = hash:FOLDER/aliases
        myorigin = /etc/mailname
        mydestination = $myhostname, example.com,
          localhost.example.com, localhost
        relayhost =
        mynetworks = 127.0.0.0/8 [::1]/128
        # a comment
        inet_interfaces = all
        smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
        """;
    private static final String MASTER = """
        # service type  private unpriv  chroot  wakeup  maxproc command + args
        smtp      inet  n       -       y       -       -       smtpd
        #submission inet n       -       y       -       -       smtpd
        #  -o syslog_name=postfix/submission
        pickup    unix  n       -       y       60      1       pickup
        cleanup   unix  n       -       y       -       0       cleanup
        bounce    unix  -       -       y       -       0       bounce
        local     unix  -       n       n       -       -       local
        smtp      unix  -       -       y       -       -       smtp
        relay     unix  -       -       y       -       -       smtp
                -o syslog_name=postfix/$service_name
        """;

    @TempDir
    private Path folder;

    private Path postfix;
    private Path copy;

    @BeforeEach
    void installPostfix() throws IOException {
        Requirements.postfix();
        postfix = Files.createDirectories(folder.resolve("postfix"));
        copy = Files.createDirectories(folder.resolve("copy"));
        Files.writeString(folder.resolve("aliases"), "postmaster: root\nroot: alice\n");
        Files.createFile(folder.resolve("aliases.db"));
        Files.writeString(postfix.resolve("main.cf"), MAIN.replace("FOLDER", folder.toString()));
        Files.writeString(postfix.resolve("master.cf"), MASTER);
    }

    @Test
    void aPostfixOfDebianBecomesThatOfThePage() throws IOException {
        PostfixPlan plan = PostfixPlan.of(postconf(postfix), postfix, copy, WISH);

        assertThat(plan.left()).isEmpty();
        assertThat(Files.readString(postfix.resolve("master.cf"))).isEqualTo(MASTER);
        HowtoPage page = new HowtoPage("howto-postfix.md");
        Path documented = Files.createDirectories(folder.resolve("page"));
        Files.writeString(documented.resolve("main.cf"), page.block("main.cf"));
        Files.writeString(documented.resolve("master.cf"), page.block("master.cf"));
        assertThat(said(copy, "-n")).containsAll(said(documented, "-n"));
        assertThat(said(copy, "-P")).containsAll(said(documented, "-P"));
        assertThat(said(copy, "-n")).contains("virtual_alias_maps = hash:" + folder + "/aliases");

        // The plan for what is planned is empty
        Path second = Files.createDirectories(folder.resolve("second"));
        assertThat(PostfixPlan.of(postconf(copy), copy, second, WISH)).isEqualTo(new PostfixPlan(List.of(), List.of()));
    }

    @Test
    void theChangeIsTakenBackOctetForOctet() throws IOException {
        PostfixFiles files = files();
        assertThat(PostfixPlan.of(postconf(postfix), files.base(), copy, WISH).isSafe())
                .isTrue();
        files.change(copy);
        assertThat(Files.readString(postfix.resolve("main.cf"))).isEqualTo(Files.readString(copy.resolve("main.cf")));
        assertThat(files.isChangedSince()).isFalse();

        // It was killed between the two files: the next run begins with what was there at first
        Files.writeString(postfix.resolve("main.cf"), MAIN.replace("FOLDER", folder.toString()));
        assertThat(Files.readString(files().base().resolve("master.cf"))).isEqualTo(MASTER);
        files().change(copy);

        assertThat(files().undo()).isEmpty();
        assertThat(Files.readString(postfix.resolve("main.cf"))).isEqualTo(MAIN.replace("FOLDER", folder.toString()));
        assertThat(Files.readString(postfix.resolve("master.cf"))).isEqualTo(MASTER);
        assertThat(files().isKept()).isFalse();
    }

    /** What somebody has changed meanwhile stays, and is named. */
    @Test
    void onlyWhatIsOursIsTakenBack() throws IOException {
        List<String> before = new ArrayList<>(said(postfix, "-n"));
        List<String> services = new ArrayList<>(said(postfix, "-M"));
        PostfixPlan.of(postconf(postfix), postfix, copy, WISH);
        files().change(copy);
        Command.of("postconf", "-c", postfix, "-e", "myorigin = example.org", "biff = yes")
                .output();
        Command.of("postconf", "-c", postfix, "-P", "submission/inet/syslog_name = postfix/submission")
                .output();
        Command.of("postconf", "-c", postfix, "-P", "back/unix/message_size_limit = 5")
                .output();

        assertThat(files().isChangedSince()).isTrue();
        assertThat(files().undo())
                .containsExactlyInAnyOrder(
                        "myorigin = example.org", "the service back/unix", "the service submission/inet");

        before.replaceAll(line -> line.replace("biff = no", "biff = yes"));
        before.removeIf(line -> line.startsWith("myorigin"));
        before.add("myorigin = example.org");
        assertThat(new TreeSet<>(said(postfix, "-n"))).isEqualTo(new TreeSet<>(before));
        assertThat(said(postfix, "-M")).containsAll(services).hasSize(services.size() + 2);
    }

    /** Each of these would have been dropped without a word, and its mail would have come back. */
    @Test
    void noDomainOfSomebodyIsDropped() throws IOException {
        set("mydestination = $myhostname, example.com, Example.ORG, hash:/etc/locals, localhost");

        assertThat(PostfixPlan.of(postconf(postfix), postfix, copy, WISH).left().stream()
                        .map(Unsafe::what))
                .containsExactly(
                        "mydestination has Example.ORG, which is none of your domains: its mail would not be taken any"
                                + " more",
                        "mydestination has hash:/etc/locals, which is a table: its mail would not be taken any more");
    }

    /** The copy has another folder, and Postfix's own default is a third one. */
    @Test
    void theFolderOfPostfixIsMeantInSettingsThatNameIt() throws IOException {
        set("virtual_alias_maps = hash:$config_directory/virtual");

        assertThat(PostfixPlan.of(postconf(postfix), postfix, copy, WISH).left())
                .isEmpty();
        assertThat(said(copy, "-n"))
                .contains("virtual_alias_maps = hash:" + postfix + "/virtual, hash:" + folder + "/aliases");
    }

    @Test
    void aTableWhoseNameBeginsAlikeIsAnotherOne() throws IOException {
        set("virtual_alias_maps = hash:" + folder + "/aliases-virtual");

        PostfixPlan.of(postconf(postfix), postfix, copy, WISH);

        assertThat(said(copy, "-n"))
                .contains("virtual_alias_maps = hash:" + folder + "/aliases-virtual, hash:" + folder + "/aliases");
    }

    /** A shell makes of the printed commands what setup makes. */
    @Test
    void aPrintedCommandRunsNothingElse() throws IOException {
        Path victim = folder.resolve("victim");
        set("virtual_alias_maps = inline:{ {a@example.com=b'$$(touch " + victim + ")'c@example.com} }");
        Path odd = Files.move(postfix, folder.resolve("it's; touch victim"));
        PostfixPlan plan = PostfixPlan.of(postconf(odd), odd, copy, WISH);

        for (PostfixEdit edit : plan.edits()) {
            Command.of("sh", "-c", postconf(odd).command(edit)).output();
        }

        for (String option : List.of("-n", "-P")) {
            assertThat(said(odd, option)).containsExactlyInAnyOrderElementsOf(said(copy, option));
        }
        assertThat(victim).doesNotExist();
    }

    @Test
    void ownerAndModeStayAsTheyAre() throws IOException {
        Path main = postfix.resolve("main.cf");
        Files.setPosixFilePermissions(main, PosixFilePermissions.fromString("rw-rw-r--"));
        Command.of("chgrp", "postfix", main).output();
        PostfixPlan.of(postconf(postfix), postfix, copy, WISH);

        files().change(copy);
        assertThat(ownerAndMode(main)).isEqualTo("root:postfix 664");
        files().undo();
        assertThat(ownerAndMode(main)).isEqualTo("root:postfix 664");
    }

    private static String ownerAndMode(Path file) {
        return new String(Command.of("stat", "-c", "%U:%G %a", file).output(), java.nio.charset.StandardCharsets.UTF_8)
                .strip();
    }

    /** A change that was killed before its end leaves the states that it has made. */
    @Test
    void whatIsTakenBackDoesNotComeBack() throws IOException {
        PostfixPlan.of(postconf(postfix), postfix, copy, WISH);
        files().change(copy);
        Path made = Files.createDirectories(folder.resolve("kept.new"));
        Files.writeString(made.resolve("folder"), postfix.toString());

        files().undo();

        assertThat(files().isKept()).isFalse();
    }

    @Test
    void anotherPostfixIsNotTakenForTheOneThatWasChanged() throws IOException {
        PostfixPlan.of(postconf(postfix), postfix, copy, WISH);
        files().change(copy);
        Path other = Files.createDirectories(folder.resolve("other"));

        assertThat(PostfixFiles.changed(folder.resolve("kept"))).contains(postfix.toRealPath());
        files().demandSame();
        assertThatThrownBy(() -> new PostfixFiles(postconf(other), other, folder.resolve("kept")).demandSame())
                .hasMessageContaining("setup has changed the Postfix in " + postfix);
    }

    private void set(String setting) {
        Command.of("postconf", "-c", postfix, "-e", setting).output();
    }

    private PostfixFiles files() {
        return new PostfixFiles(postconf(postfix), postfix, folder.resolve("kept"));
    }

    private static Postconf postconf(Path place) {
        return Postconf.of(Optional.of(place));
    }

    private static List<String> said(Path place, String option) {
        return new String(Command.of("postconf", "-c", place, option).output(), java.nio.charset.StandardCharsets.UTF_8)
                .lines()
                // postconf names the folder where something refers to it
                .filter(line -> !line.startsWith("config_directory"))
                .toList();
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static final PostfixWish WISH = new PostfixWish(
            new GatewayPlaces(
                    List.of(
                            new Listener(at(10024), Role.SUBMISSION, Protocol.LMTP),
                            new Listener(at(10025), Role.INBOUND, Protocol.LMTP)),
                    List.of(at(10026)),
                    52_428_800),
            List.of(Domain.of("example.com")),
            10028,
            PostfixWish.SUBMISSION);
}
