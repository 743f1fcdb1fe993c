package org.postseal.gateway.road.pipeline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.AddressList;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.Login;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.MimeScanner;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.PossibleAuthors;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.mail.Trace;
import org.postseal.gateway.smtp.OriginalRecipient;
import org.postseal.policy.facts.Author;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.header.Headers;
import org.postseal.policy.header.Letters;
import org.postseal.policy.outcome.Reason;

/**
 * Looks at a message before any decision: budgets, loops, foreign claims to our own header fields, and the structure at
 * the root. Thread-safe.
 */
final class Inspector {
    private final OwnFields fields;
    private final Origin origin;

    Inspector(OwnFields fields, Origin origin) {
        this.fields = fields;
        this.origin = origin;
    }

    /** Says what is known of the message, or why it is refused for everybody. */
    Parsed<Inspection> inspect(Envelope envelope, RawMessage received, Spool.Scope scope) throws IOException {
        Budget budget = Budget.standard();
        Parsed<MimeEntity> scanned = MimeScanner.scan(received, budget);
        // A refusal for its parts comes after those for its header section.
        Parsed<HeaderBlock> read = scanned instanceof Parsed.Success<MimeEntity>(MimeEntity root)
                ? new Parsed.Success<>(root.header())
                : HeaderBlock.read(received, budget);
        return switch (read) {
            case Parsed.Refused<HeaderBlock>(Reason reason, String detail) -> Parsed.refused(reason, detail);
            case Parsed.Success<HeaderBlock>(HeaderBlock headers) ->
                inspect(envelope, received, headers, scanned, budget, scope);
        };
    }

    private Parsed<Inspection> inspect(
            Envelope envelope,
            RawMessage received,
            HeaderBlock headers,
            Parsed<MimeEntity> scanned,
            Budget budget,
            Spool.Scope scope)
            throws IOException {
        // RFC 5321 §6.3: count the Received fields, with a large limit.
        if (Trace.hops(headers) >= MAX_RECEIVED) {
            return Parsed.refused(Reason.MAIL_LOOP, MAX_RECEIVED + " Received fields");
        }
        if (fields.loops().isSeen(envelope, headers, received)) {
            return Parsed.refused(Reason.MAIL_LOOP, "a valid " + LoopStamp.NAME);
        }
        RawMessage message = withoutOurFields(received, headers);
        return switch (message == received ? scanned : MimeScanner.scan(message, budget)) {
            case Parsed.Refused<MimeEntity>(Reason reason, String detail) -> Parsed.refused(reason, detail);
            case Parsed.Success<MimeEntity>(MimeEntity root) ->
                switch (AddressList.visibleRecipients(root.header(), budget)) {
                    case Parsed.Refused<Set<MailAddress>>(Reason reason, String detail) ->
                        Parsed.refused(reason, detail);
                    case Parsed.Success<Set<MailAddress>>(Set<MailAddress> visible) ->
                        switch (PossibleAuthors.of(root.header(), budget)) {
                            case Parsed.Refused<Author>(Reason reason, String detail) -> Parsed.refused(reason, detail);
                            case Parsed.Success<Author>(Author author) ->
                                ofHisOwn(
                                        envelope,
                                        inspection(
                                                envelope,
                                                message,
                                                root,
                                                withMembers(visible, envelope),
                                                author,
                                                scope));
                        };
                };
        };
    }

    /**
     * Adds the recipients who are in the envelope because To or Cc names a list or an alias, if the MTA that expanded
     * it says so. They are as visible as the list. A recipient is not added if the listed address is itself a
     * recipient: then the message was not expanded, and this recipient gets a copy of another person's mail.
     */
    private static Set<MailAddress> withMembers(Set<MailAddress> visible, Envelope envelope) {
        Set<MailAddress> recipients =
                envelope.recipients().stream().map(Recipient::address).collect(Collectors.toSet());
        Set<MailAddress> all = new LinkedHashSet<>(visible);
        for (Recipient recipient : envelope.recipients()) {
            recipient
                    .originalRecipient()
                    .flatMap(OriginalRecipient::address)
                    .filter(original -> visible.contains(original) && !recipients.contains(original))
                    .ifPresent(_ -> all.add(recipient.address()));
        }
        return all;
    }

    /**
     * Refuses a message whose sender has logged in and whose From they may not use, because the key of the From address
     * signs (RFC 6409 §6.1), or in which some program may show somebody else as its author.
     */
    private static Parsed<Inspection> ofHisOwn(Envelope envelope, Inspection inspection) {
        Optional<Login> login = envelope.peer().login();
        if (login.isEmpty() || isTheirOwn(login.get(), inspection.facts().author())) {
            return new Parsed.Success<>(inspection);
        }
        boolean isUnreadable =
                inspection.from().isEmpty() && inspection.facts().traits().contains(Facts.Trait.MALFORMED_HEADER);
        return Parsed.refused(
                isUnreadable ? Reason.HEADER_MALFORMED : Reason.SENDER_NOT_ALLOWED,
                "logged in as " + login.get().user());
    }

    private static boolean isTheirOwn(Login login, Author author) {
        boolean isShownAsOthers =
                !author.isComplete() || !author.readings().stream().allMatch(login::maySendAs);
        return author.single().filter(login::maySendAs).isPresent() && (login.isAnybody() || !isShownAsOthers);
    }

    private Inspection inspection(
            Envelope envelope,
            RawMessage message,
            MimeEntity root,
            Set<MailAddress> visible,
            Author author,
            Spool.Scope scope)
            throws IOException {
        HeaderBlock headers = root.header();
        List<MimeEntity> parts = root.ownParts();
        return new Inspection(
                message,
                root,
                FoundProtection.of(root, scope),
                FactsReader.peer(envelope.peer(), origin),
                new Facts.Message(
                        envelope.reversePath().mailbox(),
                        author,
                        byName(headers),
                        message.size(),
                        FactsReader.parts(parts),
                        kind(envelope, headers),
                        Traits.of(parts, envelope.peer().isCalledLocal()),
                        envelope.received()),
                visible,
                headers.all("Message-ID").stream()
                        .findFirst()
                        .map(HeaderField::unfolded)
                        .map(id -> id.substring(0, Math.min(id.length(), LONGEST_LINE))));
    }

    /** Removes the fields that only we may write. A message without such a field stays the same object. */
    private RawMessage withoutOurFields(RawMessage received, HeaderBlock headers) {
        HeaderBlock cleaned = headers.without(fields::mustGo);
        return cleaned.fields().size() == headers.fields().size()
                ? received
                : RawMessage.join(List.of(RawMessage.of(cleaned.toByteArray()), received.from(headers.size())));
    }

    private static Headers byName(HeaderBlock headers) {
        Map<String, List<String>> byName = new LinkedHashMap<>();
        Set<String> doubted = new HashSet<>();
        for (HeaderField field : headers.fields()) {
            Optional<String> possible = field.possibleName();
            String name = Letters.lower(possible.orElse(field.name()));
            possible.ifPresent(_ -> doubted.add(name));
            byName.computeIfAbsent(name, _ -> new ArrayList<>()).add(field.unfolded());
        }
        return Headers.of(byName, doubted);
    }

    private static Facts.Kind kind(Envelope envelope, HeaderBlock headers) {
        if (envelope.reversePath() instanceof ReversePath.NullPath) {
            return Facts.Kind.NULL_SENDER;
        }
        // RFC 3834 §5: any value other than "no".
        boolean automatic = headers.all("Auto-Submitted").stream()
                .map(field -> field.unfolded().split("[;(]", 2)[0].strip())
                .anyMatch(value -> !value.equalsIgnoreCase("no"));
        return automatic ? Facts.Kind.AUTO_REPLY : Facts.Kind.ORDINARY;
    }

    private static final int MAX_RECEIVED = 100;
    // A message identifier is not folded (RFC 5322 §3.6.4).
    private static final int LONGEST_LINE = 998;
}
