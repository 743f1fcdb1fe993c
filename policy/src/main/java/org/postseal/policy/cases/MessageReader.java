package org.postseal.policy.cases;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.EncryptionDoubt;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.facts.Part;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.SignedAlgorithm;
import org.postseal.policy.record.FactsWords;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads the {@code message} of a case. Used once. */
final class MessageReader {
    private final YamlMapping message;
    private final MessageFiles files;
    private final List<Consumer<Draft>> lines = new ArrayList<>();
    private Optional<MessageFiles.Reading.Refused> refused = Optional.empty();

    MessageReader(YamlMapping message, MessageFiles files) {
        this.message = message;
        this.files = files;
    }

    CaseMessage read() {
        message.value("file").ifPresent(this::file);
        envelope();
        header();
        protection();
        message.refuseOthers();
        return new CaseMessage(List.copyOf(lines), refused);
    }

    private void file(YamlValue value) {
        for (String name : OF_THE_MESSAGE) {
            if (message.names().contains(name)) {
                value.error("cannot be combined with " + name + ", which the file itself gives");
            }
        }
        value.string().ifPresent(name -> {
            switch (files.read(name)) {
                case MessageFiles.Reading.Read(var facts) -> lines.add(draft -> draft.file = Optional.of(facts));
                case MessageFiles.Reading.Refused stopped -> refused = Optional.of(stopped);
                case MessageFiles.Reading.Unreadable(String why) -> value.error(why);
            }
        });
    }

    private void envelope() {
        message.word("origin", FactsWords.ORIGINS)
                .ifPresent(submits -> lines.add(draft -> draft.maySubmit = Optional.of(submits)));
        message.value("reversePath").flatMap(YamlValue::string).ifPresent(text -> {
            if (text.equals("<>")) {
                lines.add(draft -> draft.isNullPath = true);
                return;
            }
            message.parsed("reversePath", "a mail address or <>", MailAddress::parse)
                    .ifPresent(address -> lines.add(draft -> {
                        draft.isNullPath = false;
                        draft.reversePath = Optional.of(address);
                    }));
        });
        message.bool("answersForFrom").ifPresent(is -> lines.add(draft -> draft.answersForFrom = is));
        message.parsed("peer", "an IP address", FactsWords::ip)
                .ifPresent(address -> lines.add(draft -> draft.client = Optional.of(address)));
        message.mapping("tls").ifPresent(tls -> {
            Optional<Facts.TlsVersion> version =
                    tls.required("version").flatMap(value -> value.word(FactsWords.TLS_VERSIONS));
            boolean isVerified = tls.bool("verified").orElse(false);
            tls.refuseOthers();
            version.ifPresent(known -> lines.add(draft -> draft.tls = Optional.of(new Facts.Tls(known, isVerified))));
        });
        message.string("authenticated").ifPresent(name -> lines.add(draft -> draft.authenticated = Optional.of(name)));
        message.parsed("time", "a time such as 2026-01-07T10:00:00Z", FactsWords::instant)
                .ifPresent(time -> lines.add(draft -> draft.received = time));
        Set<MailAddress> bcc = addresses("bcc");
        lines.add(draft -> draft.bcc.addAll(bcc));
    }

    private void header() {
        message.parsed("from", "a mail address", MailAddress::parse)
                .ifPresent(address -> lines.add(draft -> draft.from = Optional.of(address)));
        message.value("subject")
                .flatMap(YamlValue::possiblyEmpty)
                .ifPresent(text -> lines.add(draft -> draft.headers.put("subject", List.of(text))));
        message.mapping("headers")
                .ifPresent(headers -> headers.all().forEach((name, value) -> {
                    if (name.isEmpty() || name.chars().anyMatch(c -> c <= ' ' || c > '~' || c == ':')) {
                        value.error("must be the name of a header field");
                    }
                    List<String> bodies = value.oneOrMore().stream()
                            .flatMap(item -> item.possiblyEmpty().stream())
                            .toList();
                    lines.add(draft -> draft.headers.put(name.toLowerCase(Locale.ROOT), bodies));
                }));
        message.number("size", 0, 1L << 40).ifPresent(size -> lines.add(draft -> draft.size = size));
        message.parsed("contentType", MEDIA_TYPE, MessageReader::mediaType)
                .ifPresent(type -> lines.add(draft -> draft.mediaType = Optional.of(type)));
        message.value("parts").ifPresent(this::parts);
        message.word("kind", Facts.Kind.class).ifPresent(kind -> lines.add(draft -> draft.kind = Optional.of(kind)));
        message.value("traits").ifPresent(value -> {
            Set<Facts.Trait> traits = EnumSet.noneOf(Facts.Trait.class);
            value.oneOrMore().forEach(item -> item.word(Facts.Trait.class).ifPresent(traits::add));
            lines.add(draft -> draft.traits = traits);
        });
    }

    private void parts(YamlValue value) {
        List<Part> parts = new ArrayList<>();
        value.list()
                .forEach(item -> item.mapping().ifPresent(part -> {
                    Optional<String> type = part.required("contentType")
                            .flatMap(written -> written.parsed(MEDIA_TYPE, MessageReader::mediaType));
                    Optional<String> name = part.string("fileName");
                    part.refuseOthers();
                    type.ifPresent(known -> parts.add(Part.of(known, name)));
                }));
        lines.add(draft -> draft.parts = parts);
    }

    private void protection() {
        message.word("content", Facts.Content.class)
                .ifPresent(content -> lines.add(draft -> draft.content = Optional.of(content)));
        message.word("signature", Facts.Signature.class)
                .ifPresent(verdict -> lines.add(draft -> draft.signature = Optional.of(verdict)));
        Set<MailAddress> signers = addresses("signedBy");
        if (!signers.isEmpty()) {
            lines.add(draft -> draft.signers = signers);
        }
        message.string("signerIssuer").ifPresent(name -> lines.add(draft -> draft.signerIssuer = Optional.of(name)));
        message.word("signedWith", SignedAlgorithm.WORDS)
                .ifPresent(digest -> lines.add(draft -> draft.digest = Optional.of(digest)));
        message.word("encryptedWith", EncryptionAlgorithm.WORDS)
                .ifPresent(cipher -> lines.add(draft -> draft.cipher = Optional.of(cipher)));
        message.word("encryptionDoubt", EncryptionDoubt.class)
                .ifPresent(doubt -> lines.add(draft -> draft.doubt = Optional.of(doubt)));
        Set<MailAddress> readers = addresses("encryptedFor");
        if (!readers.isEmpty()) {
            lines.add(draft -> draft.encryptedFor = readers);
        }
        message.bool("signedOutside").ifPresent(is -> lines.add(draft -> draft.isSignedOutside = is));
        message.word("keyWrap", KEY_WRAPS).ifPresent(isOld -> lines.add(draft -> draft.isOldWrap = isOld));
        message.bool("unauthenticated").ifPresent(is -> lines.add(draft -> draft.isUnauthenticated = is));
        message.word("suspicious", Facts.Suspicion.class)
                .ifPresent(sign -> lines.add(draft -> draft.suspicion = Optional.of(sign)));
    }

    private Set<MailAddress> addresses(String name) {
        Set<MailAddress> addresses = new HashSet<>();
        for (YamlValue item : message.oneOrMore(name)) {
            item.parsed("a mail address", MailAddress::parse).ifPresent(addresses::add);
        }
        return addresses;
    }

    private static Optional<String> mediaType(String text) {
        return text.matches("[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}")
                ? Optional.of(text.toLowerCase(Locale.ROOT))
                : Optional.empty();
    }

    private static final String MEDIA_TYPE = "a media type such as text/plain";

    /** The wraps of content keys in key agreement, and whether each is old (RFC 3370 §4.3, RFC 3565). */
    private static final Map<String, Boolean> KEY_WRAPS = Map.of("AES", false, "TripleDES", true);

    /** The keys that cannot stand beside {@code file}, because the message in the file gives them. */
    private static final List<String> OF_THE_MESSAGE =
            List.of("from", "subject", "headers", "size", "contentType", "parts", "kind", "traits", "content", "bcc");
}
