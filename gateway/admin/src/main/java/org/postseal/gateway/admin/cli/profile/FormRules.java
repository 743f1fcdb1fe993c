package org.postseal.gateway.admin.cli.profile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postseal.certstore.provider.CryptoProviders;
import org.postseal.gateway.admin.cli.offline.FilterInput;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.FileWork;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.mail.AddressList;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.MimeScanner;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.ContentClassifier;
import org.postseal.policy.header.FieldReader;
import org.postseal.policy.header.FieldReadings;
import org.postseal.policy.header.FieldText;
import org.postseal.policy.outcome.Handling.Came;
import org.postseal.policy.outcome.Reason;

/**
 * The form that the German energy market demands of a message: it is for one recipient, it has one attachment, and its
 * Subject is the name of the attached file, with its extension (EDI@Energy, "Regelungen zum Übertragungsweg", chapter
 * 6). Used once.
 */
final class FormRules {
    private final MimeEntity root;
    private final FieldReader reader = new FieldReader();
    private final List<String> broken = new ArrayList<>();

    private FormRules(MimeEntity root) {
        this.root = root;
    }

    /**
     * Returns in words which rules the message in a file breaks; none if it keeps them all.
     *
     * @throws CommandFailure if it cannot be read, or its parts cannot be seen
     */
    static List<String> broken(Path file) {
        CryptoProviders.install();
        return FileWork.read(file + " cannot be read", () -> {
            try (InputStream input = Files.newInputStream(file);
                    Spool.Scope scope = new Spool.Factory().open()) {
                FormRules rules = new FormRules(root(file, input, scope));
                rules.recipient();
                rules.attachment();
                return List.copyOf(rules.broken);
            }
        });
    }

    private static MimeEntity root(Path file, InputStream input, Spool.Scope scope) throws IOException {
        return switch (FilterInput.read(input, GatewayConfig.Limits.DEFAULT.message(), scope)) {
            case FilterInput.Refused(Reason reason) -> throw refused(file, reason.auditText());
            case FilterInput.Taken(RawMessage message, boolean _) ->
                switch (MimeScanner.scan(message, Budget.standard())) {
                    case Parsed.Refused<MimeEntity>(Reason _, String detail) -> throw refused(file, detail);
                    case Parsed.Success<MimeEntity>(MimeEntity root)
                    when root.isAmbiguous() -> throw refused(file, "mail programs see different parts");
                    case Parsed.Success<MimeEntity>(MimeEntity root) -> {
                        if (came(content(root)) != Came.CLEAR) {
                            throw refused(file, "its parts are inside signed or encrypted data");
                        }
                        yield root;
                    }
                };
        };
    }

    private static CommandFailure refused(Path file, String why) {
        return new CommandFailure(
                ExitCode.REFUSED, file + ": " + why, "give the message as it reaches the gateway, in clear");
    }

    private static Came came(MimeEntity entity) {
        return ContentClassifier.classify(entity).came();
    }

    /** Returns what is signed if the message is clear-signed, else the whole message. */
    private static MimeEntity content(MimeEntity root) {
        return root.signedParts().map(MimeEntity.SignedParts::content).orElse(root);
    }

    private void recipient() {
        List<HeaderField> to = root.header().all("To");
        boolean isOne = to.size() == 1
                && AddressList.parse(to.getFirst().unfolded(), Budget.standard())
                        instanceof Parsed.Success<AddressList>(AddressList list)
                && list.only().isPresent();
        if (!isOne) {
            broken.add("To must have one address, and no other text");
        }
        for (String name : List.of("Cc", "Bcc")) {
            if (!root.header().all(name).isEmpty()) {
                broken.add(name + " must not be there, since one message is for one recipient");
            }
        }
    }

    private void attachment() {
        List<MimeEntity> files = content(root).ownParts().stream()
                .filter(part -> !part.contentType().isMultipart() && isFile(part))
                .toList();
        if (files.size() != 1) {
            broken.add("there must be one attachment, and there are " + files.size());
            return;
        }
        Optional<String> name = files.getFirst().fileNames(reader).flatMap(FormRules::only);
        if (name.isEmpty()) {
            broken.add("the attachment must have one file name, which all mail programs read alike");
            return;
        }
        Optional<String> subject = only(FieldReadings.of(
                reader,
                root.header().all("Subject").stream().map(HeaderField::unfolded).toList(),
                true));
        // Whether the Subject of a compressed file ends in .gz as well is unclear
        if (subject.filter(text -> name.get().equals(text) || name.get().equals(text + ".gz"))
                .isEmpty()) {
            broken.add("Subject must be the name of the file, " + name.get() + ", and is "
                    + subject.filter(text -> !text.isEmpty()).orElse("not there, or not read alike by all programs"));
        }
    }

    /** Returns true for a part that mail programs show as a file, and not as the text of the message. */
    private boolean isFile(MimeEntity part) {
        boolean isText =
                part.contentType().is("text", "plain") || part.contentType().is("text", "html");
        return !isText
                || part.fileNames(reader).isPresent()
                || part.header().all("Content-Disposition").stream()
                        .map(field -> field.unfolded().strip().toLowerCase(Locale.ROOT))
                        .anyMatch(text -> text.startsWith("attachment"));
    }

    private static Optional<String> only(FieldReadings readings) {
        return readings.isComplete() && readings.texts().size() == 1
                ? readings.texts().stream().map(FieldText::text).findFirst()
                : Optional.empty();
    }
}
