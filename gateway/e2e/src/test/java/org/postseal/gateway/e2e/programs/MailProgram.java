package org.postseal.gateway.e2e.programs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.GpgsmHome;
import org.postseal.gateway.testkit.MailOwner;
import org.postseal.gateway.testkit.Mutt;
import org.postseal.gateway.testkit.ShownMail;
import org.postseal.gateway.testkit.Thunderbird;

/** The mail programs that show the cases, and what their words and icons mean. */
enum MailProgram {
    THUNDERBIRD("Thunderbird", "thunderbird", "signed-ok", "encrypted-ok") {
        @Override
        List<ShownMail> show(List<byte[]> messages, MailOwner owner, BiConsumer<Integer, BufferedImage> pictures) {
            try (Thunderbird program = new Thunderbird(messages, owner)) {
                return program.show(pictures);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        // The button S/MIME says them; the message has it if the program found anything
        @Override
        String words(ShownMail mail) {
            return mail.verdict().isEmpty() ? "—" : mail.verdict().replaceAll("(signed|encrypted)-\\S+ ", "");
        }

        @Override
        String marks(ShownMail mail) {
            return mail.verdict();
        }
    },
    NEOMUTT("neomutt", "neomutt", "Good signature from:", "[-- The following data is S/MIME encrypted --]") {
        @Override
        List<ShownMail> show(List<byte[]> messages, MailOwner owner, BiConsumer<Integer, BufferedImage> pictures) {
            try (GpgsmHome keys = GpgsmHome.of(owner)) {
                return Mutt.neomutt(messages, keys);
            }
        }

        @Override
        String words(ShownMail mail) {
            List<String> words = new ArrayList<>();
            Matcher matcher = NEOMUTT_WORDS.matcher(mail.text());
            while (matcher.find()) {
                words.add(matcher.group());
            }
            return words.isEmpty() ? "—" : String.join(". ", words) + ".";
        }

        @Override
        String marks(ShownMail mail) {
            return mail.text();
        }
    };

    private static final Pattern NEOMUTT_WORDS = Pattern.compile("The following data is S/MIME encrypted"
            + "|(?:Good|\\*BAD\\*|Problem) signature from: \\S+|Error: [^-]*\\w|\\S+ is unsupported");

    private final String title;
    private final String program;
    private final String signed;
    private final String encrypted;

    MailProgram(String title, String program, String signed, String encrypted) {
        this.title = title;
        this.program = program;
        this.signed = signed;
        this.encrypted = encrypted;
    }

    /** @param pictures takes the number of each message with its picture, from a program that has windows */
    abstract List<ShownMail> show(List<byte[]> messages, MailOwner owner, BiConsumer<Integer, BufferedImage> pictures);

    /** Returns what the program says of S/MIME, in its own words. */
    abstract String words(ShownMail mail);

    /** Returns where its marks for good signatures and ciphertexts would be. */
    abstract String marks(ShownMail mail);

    String title() {
        return title;
    }

    String version() {
        String said = new String(Command.of(program, "--version").output(), UTF_8);
        Matcher version = Pattern.compile("\\d[\\d.]*\\w*").matcher(said);
        if (!version.find()) {
            throw new AssertionError(said);
        }
        return version.group();
    }

    /** Tells whether its user is told of a good signature by the author. */
    boolean isSigned(ShownMail mail) {
        return marks(mail).contains(signed);
    }

    /** Tells whether its user is told that the message came encrypted. */
    boolean isEncrypted(ShownMail mail) {
        return marks(mail).contains(encrypted);
    }
}
