package org.postseal.gateway.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads mail with mutt in a terminal of tmux, and looks at what mutt has drawn on it. */
public final class Mutt {
    /** The last line of a screen says which screen it is. Mutt draws it last. */
    private static final String SETTINGS = """
            set folder="~"
            set sort=mailbox-order
            set status_format="-- the list --"
            set pager_format="-- %C, %P --"
            unset help
            unset markers
            """;

    private final Path home;

    private Mutt(Path home) {
        this.home = home;
    }

    /** Returns what mutt shows of each message. None may be longer than the terminal. */
    public static List<ShownMail> show(List<byte[]> messages) {
        Requirements.programs("mutt", "tmux");
        Mutt mutt = new Mutt(TemporaryHome.create("mutt"));
        try {
            return mutt.read(messages);
        } finally {
            mutt.tmux("kill-server").run();
            TemporaryHome.delete(mutt.home);
        }
    }

    private List<ShownMail> read(List<byte[]> messages) {
        Path mailbox = TemporaryHome.write(home, "mailbox", ShownMail.mailbox(messages));
        Path settings = TemporaryHome.write(home, "muttrc", SETTINGS.getBytes(UTF_8));
        String mutt = "LC_ALL=C.UTF-8 HOME=" + home + " mutt -n -F " + settings + " -R -f " + mailbox;
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
            shown.add(
                    new ShownMail(list.get(number - 1), subject.replaceFirst("Subject: ", ""), screen.substring(end)));
        }
        return shown;
    }

    /** Waits until the screen ends in this line, and returns what stands above it. */
    private String screen(String last) {
        Await.until(() -> screen().endsWith("\n" + last), this::screen);
        return screen().replace("\n" + last, "");
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
