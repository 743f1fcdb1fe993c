package org.postseal.gateway.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads mail with mutt or neomutt in a terminal of tmux, and looks at what the program has drawn on it. */
public final class Mutt {
    /** A line below the list or the text says which screen it is. Mutt draws it last. */
    private static final String SETTINGS = """
            set folder="~"
            set sort=mailbox-order
            set status_format="-- the list --"
            set pager_format="-- %C, %P --"
            unset help
            unset markers
            """;

    /** Lets neomutt ask gpgsm, and leaves room for the text. It counts 0% where mutt says that all of it is there. */
    private static final String SMIME = """
            set pager_format="-- %C, all --"
            set crypt_use_gpgme=yes
            set crypt_verify_sig=yes
            ignore *
            unignore from to subject
            """;

    private final String program;
    private final Path home = TemporaryHome.create("mutt");

    private Mutt(String program) {
        Requirements.programs(program, "tmux");
        this.program = program;
    }

    /** Returns what mutt shows of each message. None may be longer than the terminal. */
    public static List<ShownMail> show(List<byte[]> messages) {
        return new Mutt("mutt").read(messages, SETTINGS, "");
    }

    /** Returns what neomutt shows of each message, with the keys of its user in gpgsm. */
    public static List<ShownMail> neomutt(List<byte[]> messages, GpgsmHome keys) {
        return new Mutt("neomutt").read(messages, SETTINGS + SMIME, "GNUPGHOME=" + keys.path() + " ");
    }

    private List<ShownMail> read(List<byte[]> messages, String settings, String environment) {
        try {
            return shown(messages, settings, environment);
        } finally {
            tmux("kill-server").run();
            TemporaryHome.delete(home);
        }
    }

    private List<ShownMail> shown(List<byte[]> messages, String settings, String environment) {
        Path mailbox = TemporaryHome.write(home, "mailbox", ShownMail.mailbox(messages));
        Path file = TemporaryHome.write(home, "muttrc", settings.getBytes(UTF_8));
        String mutt =
                "LC_ALL=C.UTF-8 HOME=" + home + " " + environment + program + " -n -F " + file + " -R -f " + mailbox;
        tmux("new-session", "-d", "-x", 160, "-y", 200, mutt).output();
        List<String> list = screen("-- the list --").lines().toList();
        List<ShownMail> shown = new ArrayList<>();
        for (int number = 1; number <= messages.size(); number++) {
            tmux("send-keys", number == 1 ? "Enter" : "j").output();
            String screen = screen("-- " + number + ", all --");
            int end = screen.indexOf("\n\n");
            String subject = screen.substring(0, end)
                    .lines()
                    .filter(line -> line.startsWith("Subject: "))
                    .findFirst()
                    .orElse("");
            shown.add(new ShownMail(
                    list.get(number - 1), subject.replaceFirst("Subject: ", ""), screen.substring(end), ""));
        }
        return shown;
    }

    /** Waits until the screen has this line, and returns what stands above it. */
    private String screen(String last) {
        Await.until(() -> (screen() + "\n").contains("\n" + last + "\n"), this::screen);
        return screen().substring(0, screen().lastIndexOf("\n" + last));
    }

    private String screen() {
        return new String(tmux("capture-pane", "-p").output(), UTF_8).strip();
    }

    private Command tmux(Object... words) {
        return Command.of(Stream.concat(
                        Stream.of("tmux", "-u", "-f", "/dev/null", "-S", home.resolve("terminal")), Stream.of(words))
                .toList());
    }
}
