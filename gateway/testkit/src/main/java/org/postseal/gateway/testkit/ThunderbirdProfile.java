package org.postseal.gateway.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a profile of Thunderbird: its inbox, its preferences, and the certificates and keys of its user. */
final class ThunderbirdProfile {
    private final Path folder;
    private final StringBuilder preferences = new StringBuilder(PREFERENCES);

    ThunderbirdProfile(Path folder) {
        this.folder = folder;
    }

    void inbox(List<byte[]> messages) throws IOException {
        TemporaryHome.write(Files.createDirectories(folder.resolve("Mail")), "Inbox", ShownMail.mailbox(messages));
    }

    /** Adds the user's certificates as NSS keeps them, and an identity for each address. */
    void owner(MailOwner owner) {
        Requirements.programs("certutil", "pk12util");
        String database = "sql:" + folder;
        Command.of("certutil", "-N", "-d", database, "--empty-password").output();
        Command.of("certutil", "-A", "-d", database, "-n", "root", "-t", ",C,", "-i", owner.root())
                .output();
        owner.keys()
                .forEach(
                        (file, password) -> Command.of("pk12util", "-d", database, "-i", file, "-W", password, "-K", "")
                                .output());
        int number = 0;
        for (var server : owner.servers().entrySet()) {
            number++;
            identity("mail.identity.id" + number, server.getKey(), "smtp" + number);
            server("mail.smtpserver.smtp" + number, server.getValue());
        }
        preference("mail.account.account1.identities", quoted("id", number));
        preference("mail.smtpservers", quoted("smtp", number));
    }

    void write(int port) {
        preference("marionette.port", String.valueOf(port));
        TemporaryHome.write(folder, "user.js", preferences.toString().getBytes(UTF_8));
    }

    private void identity(String name, String address, String server) {
        preference(name + ".useremail", Browser.quoted(address));
        preference(name + ".smtpServer", Browser.quoted(server));
        preference(name + ".fcc", "false");
        preference(name + ".compose_html", "false");
    }

    private void server(String name, int port) {
        preference(name + ".hostname", Browser.quoted("127.0.0.1"));
        preference(name + ".port", String.valueOf(port));
        // Neither TLS nor a password
        preference(name + ".try_ssl", "0");
        preference(name + ".authMethod", "1");
    }

    private void preference(String name, String value) {
        preferences
                .append("user_pref(\"")
                .append(name)
                .append("\", ")
                .append(value)
                .append(");\n");
    }

    private static String quoted(String name, int count) {
        List<String> names = java.util.stream.IntStream.rangeClosed(1, count)
                .mapToObj(number -> name + number)
                .toList();
        return Browser.quoted(String.join(",", names));
    }

    /** The list is not threaded, and has the order of the mailbox. */
    private static final String PREFERENCES = """
            user_pref("mail.accountmanager.accounts", "account1");
            user_pref("mail.accountmanager.localfoldersserver", "server1");
            user_pref("mail.account.account1.server", "server1");
            user_pref("mail.server.server1.directory-rel", "[ProfD]Mail");
            user_pref("mail.server.server1.hostname", "Local Folders");
            user_pref("mail.server.server1.name", "Local Folders");
            user_pref("mail.server.server1.type", "none");
            user_pref("mail.server.server1.userName", "nobody");
            user_pref("mail.provider.suppress_dialog_on_startup", true);
            user_pref("mail.rights.version", 1);
            user_pref("mailnews.default_sort_order", 1);
            user_pref("mailnews.default_sort_type", 21);
            user_pref("mailnews.default_view_flags", 0);
            user_pref("mailnews.start_page.enabled", false);
            """;
}
