package org.postseal.policy.deciding;

import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.DirectoryFacts.Fact;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.Capabilities;
import org.postseal.policy.protection.DomainAuthority;
import org.postseal.policy.protection.KeyFacts;
import org.postseal.policy.protection.SigningSettings.Signer;
import org.postseal.policy.rule.Action.Demand;
import org.postseal.policy.settings.MailboxParameter;
import org.postseal.policy.settings.Settings;

/**
 * Adds a signature to a message that has none yet, or tells why it is not sent. It asks only for keys that may sign.
 * Used once.
 */
final class AddedSignature {
    private final Facts facts;
    private final DirectoryFacts directory;
    private final boolean fromIsOurs;
    private final Settings settings;
    private final Steps steps;

    AddedSignature(Facts facts, DirectoryFacts directory, boolean fromIsOurs, Settings settings, Steps steps) {
        this.facts = facts;
        this.directory = directory;
        this.fromIsOurs = fromIsOurs;
        this.settings = settings;
        this.steps = steps;
    }

    Attempt of(Demand demand) {
        if (demand == Demand.NEVER) {
            return Attempt.NOT_MADE;
        }
        // RFC 3183 §3.2: the signer for a domain must know that a member wrote the message. The origin tells us.
        if (!facts.isWrittenHere() || !fromIsOurs || !facts.isAuthorSubmitting()) {
            String why = !facts.isWrittenHere()
                    ? facts.originMaySubmit()
                            ? "it came from outside, and is sent on"
                            : "the origin may not submit for us"
                    : isUnreadable()
                            ? "a line of the header section is malformed, so that From cannot be read"
                            : facts.from().isEmpty()
                                    ? "From is not exactly one address"
                                    : fromIsOurs
                                            ? "MAIL FROM is not the address in From, and nobody answers for From"
                                            : "From is outside";
            return notSigned(demand, isUnreadable() ? Reason.HEADER_MALFORMED : Reason.ORIGIN_MAY_NOT_SIGN, why);
        }
        MailAddress from = facts.from().orElseThrow();
        return switch (settings.value(MailboxParameter.SIGNER)) {
            case OWN -> outcome(demand, from, own(from));
            case DOMAIN -> outcome(demand, from, domain(from));
            case OWN_OR_DOMAIN ->
                switch (own(from)) {
                    case Key.NotUsable(String why) -> {
                        steps.add("the domain signs: " + why);
                        yield outcome(demand, from, domain(from));
                    }
                    // A failed look-up does not lead to the domain's key: the signer must not depend on whether a
                    // server is up.
                    case Key.Usable own -> outcome(demand, from, own);
                    case Key.Unknown own -> outcome(demand, from, own);
                };
        };
    }

    private boolean isUnreadable() {
        return facts.isWrittenHere()
                && facts.from().isEmpty()
                && facts.message().traits().contains(Facts.Trait.MALFORMED_HEADER);
    }

    private Key own(MailAddress from) {
        return key(Signer.OWN, from, directory.signingKey(settings.keyPlace()));
    }

    private Key domain(MailAddress from) {
        return key(Signer.DOMAIN, DomainAuthority.addressFor(from), directory.domainKey(settings.keyPlace()));
    }

    private Key key(Signer signer, MailAddress owner, Fact fact) {
        return switch (fact) {
            case Fact.Available(KeyFacts key, Capabilities _) ->
                KeyRules.whyNot(settings, key)
                        .<Key>map(whyNot -> new Key.NotUsable("key of " + owner + ": " + whyNot))
                        .orElse(new Key.Usable(signer, owner));
            case Fact.NotUsable(var status) ->
                new Key.NotUsable(settings.keyNeeded() + " of " + owner + ": " + status.text());
            case Fact.LookupFailed(String why) -> new Key.Unknown(why);
        };
    }

    private Attempt outcome(Demand demand, MailAddress from, Key key) {
        return switch (key) {
            case Key.Usable(Signer signer, MailAddress owner) -> {
                steps.add("signed with the key of " + owner
                        + (signer == Signer.DOMAIN ? ", which signs for the domain of " + from : ""));
                yield new Attempt.Signed(signer);
            }
            case Key.NotUsable(String why) -> notSigned(demand, Reason.NO_SIGNING_KEY, why);
            case Key.Unknown(String why) ->
                new Attempt.Failed(steps.tryLater(Reason.STORE_UNAVAILABLE, "signing key not known: " + why));
        };
    }

    private Attempt notSigned(Demand demand, Reason reason, String why) {
        if (demand == Demand.REQUIRED) {
            return new Attempt.Failed(steps.refuse(reason, why));
        }
        steps.add("not signed: " + why);
        return Attempt.NOT_MADE;
    }

    private sealed interface Key {
        record Usable(Signer signer, MailAddress owner) implements Key {}

        record NotUsable(String why) implements Key {}

        record Unknown(String why) implements Key {}
    }
}
