package org.postseal.policy.settings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;

/**
 * The {@code partners} section: for addresses and domains outside, how mail to them is made and what is read of theirs.
 * Each partner is a mailbox policy of people who are not ours. Immutable.
 */
public final class Partners {
    public static final Partners NONE = new Partners(List.of(), Trusted.NOBODY);

    private final List<MailboxPolicy> all;
    private final Trusted trusted;
    private final Assignments assigned;

    public Partners(List<MailboxPolicy> all, Trusted trusted) {
        this.all = List.copyOf(all);
        this.trusted = trusted;
        this.assigned = new Assignments(all);
    }

    /**
     * The mail servers of ours whose results of DMARC are believed.
     *
     * @param ids their ids in Authentication-Results (RFC 8601 §2.5)
     * @param line where the policy names them; 0 if it does not
     */
    public record Trusted(List<String> ids, int line) {
        public static final Trusted NOBODY = new Trusted(List.of(), 0);

        public Trusted {
            ids = List.copyOf(ids);
        }
    }

    /** Returns the partners as written, in their order. */
    public List<MailboxPolicy> all() {
        return all;
    }

    public Trusted trusted() {
        return trusted;
    }

    /** Returns the partners that an address belongs to, the one of its domain first. */
    public List<MailboxPolicy> of(MailAddress address) {
        if (all.isEmpty()) {
            return List.of();
        }
        return Stream.concat(assigned.toDomain(address.domain()).stream(), assigned.toUser(address).stream())
                .toList();
    }

    /** Applies to the settings of a sender's levels how mail to this address is made. */
    public Settings over(Settings levels, MailAddress address) {
        return over(levels, of(address), WRITING);
    }

    /** Returns what is tolerated in mail from this address; all other settings have their built-in values. */
    public Settings tolerated(MailAddress address) {
        return over(Settings.BUILT_IN, of(address), READING);
    }

    /** Applies all that is written of one partner. It weakens a demand only where the levels say {@code mayWeaken}. */
    public static Settings over(Settings levels, MailboxPolicy partner) {
        return over(levels, List.of(partner), SETTABLE);
    }

    private static Settings over(Settings levels, List<MailboxPolicy> partners, List<MailboxParameter<?>> counting) {
        Settings settings = levels;
        for (MailboxPolicy partner : partners) {
            Map<MailboxParameter<?>, Object> written = new LinkedHashMap<>(partner.written());
            written.keySet().retainAll(counting);
            settings = settings.with(new Settings.OfRule(written), Level.partner(partner.name()));
        }
        return settings;
    }

    /** What says how mail to a partner is made. It counts for all mail to them, since it is our own choice. */
    private static final List<MailboxParameter<?>> WRITING = List.of(
            MailboxParameter.RECIPIENTS_READ,
            MailboxParameter.ENCRYPTION_ALGORITHM,
            MailboxParameter.NEGOTIATION,
            MailboxParameter.KEY_TRANSPORT,
            MailboxParameter.ML_KEM,
            MailboxParameter.SIGNED_ALGORITHM,
            MailboxParameter.PADDING,
            MailboxParameter.SIGNER,
            MailboxParameter.HEADER_PROTECTION,
            MailboxParameter.LEGACY_DISPLAY);

    /**
     * What is tolerated in mail from a partner. It counts only where something outside the encryption proves that the
     * mail is theirs, since otherwise anybody could have old mail opened by writing their address.
     */
    public static final List<MailboxParameter<?>> READING = List.of(
            MailboxParameter.READ_LEGACY_ALGORITHMS,
            MailboxParameter.OPEN_HEADERLESS,
            MailboxParameter.DOMAIN_SIGNATURES);

    /** All parameters that a partner can have, in the order of the documentation. */
    public static final List<MailboxParameter<?>> SETTABLE =
            Stream.concat(WRITING.stream(), READING.stream()).toList();
}
