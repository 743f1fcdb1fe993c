package org.postseal.policy.analysis;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.policy.analysis.DemandsToEncrypt.Demand;
import org.postseal.policy.condition.Condition;
import org.postseal.policy.condition.PartyCondition;
import org.postseal.policy.condition.WordCondition;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.people.Party;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Action.OnFailure;
import org.postseal.policy.rule.Policy;
import org.postseal.policy.rule.Rule;
import org.postseal.policy.settings.Level;
import org.postseal.policy.settings.MailboxPolicy;
import org.postseal.policy.settings.Requirement;
import org.postseal.policy.settings.Settings;

/** Finds the demands to encrypt in a policy, and the mail that leaves in spite of each. Used once. */
public final class DemandFinder {
    private final Policy policy;
    private final Settings organisation;
    private final EncryptionForAnybody forAnybody;
    private final List<Demand> demands = new ArrayList<>();
    private final List<String> changes = new ArrayList<>();

    public DemandFinder(Policy policy) {
        this.policy = policy;
        this.organisation = policy.mailboxPolicies().organisation();
        this.forAnybody = new EncryptionForAnybody(policy);
    }

    public DemandsToEncrypt find() {
        if (organisation.encrypted().value()) {
            level("all our senders, by " + organisation.encrypted().from(), organisation);
        }
        for (MailboxPolicy each : policy.mailboxPolicies().all()) {
            Settings settings = policy.mailboxPolicies()
                    .level(organisation, each, each.appliesTo().rank());
            Requirement<Boolean> encrypted = settings.encrypted();
            boolean isOwn = encrypted.value()
                    && !encrypted.level().equals(organisation.encrypted().level());
            if (isOwn && !each.appliesTo().equals(MailboxPolicy.Assignment.NONE)) {
                level("mailbox policy " + each.name(), settings);
            }
        }
        List<Rule> rules = policy.rules();
        for (int i = 0; i < rules.size() && demands.size() < MOST_DEMANDS; i++) {
            if (rules.get(i).action() instanceof Action.Protect protect && protect.requiresEncryption()) {
                rule(rules.get(i), protect, rules.subList(0, i));
            }
        }
        behind(rules);
        return new DemandsToEncrypt(demands, changes);
    }

    private void level(String name, Settings settings) {
        Requirement<Boolean> encrypted = settings.encrypted();
        List<String> sentences = new ArrayList<>();
        sentences.add("It binds mail of every kind. " + unlessPossible());
        if (encrypted.forbids(false) && !forAnybody.isWeakenedByRule(settings)) {
            sentences.add("No rule can weaken it.");
        } else if (!encrypted.forbids(false)) {
            String weaker =
                    names(policy.rules().stream().filter(DemandFinder::weakens).toList());
            sentences.add(
                    weaker.isEmpty()
                            ? "It says mayWeaken, and no rule makes use of that."
                            : "It says mayWeaken, and these rules let mail leave without encryption: " + weaker + ".");
            changes.add(name
                    + " says mayWeaken: automatic and rights-protected mail that no rule weakens it for is encrypted"
                    + " now; before, it left as it came.");
        }
        forAnybody.ofLevel(settings).ifPresent(sentences::add);
        demands.add(new Demand(name, sentences));
    }

    private static boolean weakens(Rule rule) {
        return rule.action() instanceof Action.Protect protect
                && (protect.encrypt()
                                .filter(demand -> demand != Action.Demand.REQUIRED)
                                .isPresent()
                        || sendsSigned(protect));
    }

    private void rule(Rule rule, Action.Protect protect, List<Rule> earlier) {
        List<String> sentences = new ArrayList<>();
        Set<Facts.Kind> kinds = rule.namedKinds();
        if (kinds.isEmpty()) {
            sentences.add("It binds mail of every kind that it matches. " + unlessPossible());
            changes.add("Rule " + rule.id()
                    + " does not name kind: bounces, automatic replies and rights-protected mail that it"
                    + " matches are encrypted now; before, they left as they came.");
        } else {
            Set<Facts.Kind> others = EnumSet.complementOf(EnumSet.copyOf(kinds));
            sentences.add("It names kind, and binds " + mail(kinds) + " only"
                    + (others.isEmpty() ? "" : "; " + mail(others) + " is left to the rules behind it") + ".");
        }
        if (!rule.unless().isEmpty()) {
            sentences.add("It does not bind mail for which all of this holds: "
                    + rule.unless().stream().map(Condition::words).collect(Collectors.joining(", and ")) + ".");
        }
        List<Rule> before = earlier.stream()
                .filter(each -> each.action() instanceof Action.Delivery
                        && !each.action().demandsEncryption(organisation)
                        && each.mayMeet(rule))
                .toList();
        before.stream()
                .limit(MOST_RULES)
                .forEach(each -> sentences.add("Rule " + each.id()
                        + " before it decides in its place, and demands no encryption, if "
                        + each.conditions().stream().map(Condition::words).collect(Collectors.joining(", and "))
                        + (each.unless().isEmpty() ? "" : " (it has an exception)") + "."));
        if (before.size() > MOST_RULES) {
            sentences.add("So do " + (before.size() - MOST_RULES) + " more rules before it.");
        }
        if (sendsSigned(protect) && !organisation.encrypted().forbids(false)) {
            sentences.add("Without a usable certificate of the recipient, mail leaves signed, for anybody to read;"
                    + " automatic mail does not.");
        }
        if (protect.onWeakProtection()
                .filter(OnFailure.DeliverAnyway.class::isInstance)
                .isPresent()) {
            sentences.add("What the sender's own program has encrypted leaves also with a weaker cipher"
                    + (kinds.isEmpty() ? "; automatic mail does not." : "."));
        }
        forAnybody
                .ofRule(organisation.with(protect.settings(), Level.rule(rule.id())))
                .ifPresent(sentences::add);
        demands.add(new Demand("rule " + rule.id(), sentences));
        bySender(rule);
        doubtful(rule, earlier);
        inside(rule, earlier);
    }

    private void bySender(Rule rule) {
        if (rule.conditions().stream()
                .anyMatch(each -> each instanceof PartyCondition party && party.who() == Party.SENDER)) {
            changes.add("Rule " + rule.id()
                    + " demands encryption by sender: it binds mail whose From may name that sender for some mail"
                    + " program; before, the reverse path decided about such mail.");
        }
    }

    /** Tells what counted as encrypted in earlier versions, although it may be no ciphertext. */
    private void doubtful(Rule rule, List<Rule> earlier) {
        String exempting = names(earlier.stream()
                .filter(each -> each.action() instanceof Action.Delivery
                        && !each.action().demandsEncryption(organisation)
                        && each.mayMeet(rule)
                        && WordCondition.looksAtCiphertext(each.conditions()))
                .toList());
        if (!exempting.isEmpty()
                || WordCondition.looksAtCiphertext(rule.conditions())
                || WordCondition.looksAtCiphertext(rule.unless())) {
            changes.add("Rule " + rule.id() + " demands encryption, unless mail comes encrypted"
                    + (exempting.isEmpty() ? "" : " (" + exempting + ")")
                    + ": what only looks encrypted is bound now; before, it left as it came.");
        }
    }

    /** Tells what the rules that look under an encryption let pass in earlier versions, when no quarantine took it. */
    private void inside(Rule rule, List<Rule> earlier) {
        String looking = names(Stream.concat(earlier.stream(), Stream.of(rule))
                .filter(each -> each.looksInside() && each.mayMeet(rule))
                .toList());
        if (!looking.isEmpty()) {
            changes.add("Rule " + rule.id()
                    + " demands encryption, and what is under an encryption decides whether it is reached (" + looking
                    + "): a sender's own encryption that does not meet the demand is refused now, whatever is inside;"
                    + " before, it went to the quarantine, or left if there was none.");
        }
    }

    /** Finds rules that name a kind of mail which an earlier demand now requires to be encrypted. */
    private void behind(List<Rule> rules) {
        for (int i = 0; i < rules.size() && i < MOST_COMPARED; i++) {
            Rule rule = rules.get(i);
            boolean isNamed = !rule.namedKinds().isEmpty() || rule.meansRightsProtected();
            if (!isNamed
                    || !(rule.action() instanceof Action.Delivery)
                    || rule.action().demandsEncryption(organisation)) {
                continue;
            }
            String before = names(rules.subList(0, i).stream()
                    .filter(each -> each.namedKinds().isEmpty()
                            && each.action().demandsEncryption(organisation)
                            && each.mayMeet(rule))
                    .toList());
            if (!before.isEmpty()) {
                changes.add("Rule " + rule.id() + " names such mail, and stands behind a rule that demands encryption ("
                        + before + "): what both match is encrypted now; put it before that rule to exempt it.");
            }
        }
    }

    private String unlessPossible() {
        return policy.quarantine()
                .map(place -> "Automatic mail that cannot be encrypted goes to " + place + ".")
                .orElse("Automatic mail that cannot be encrypted is refused: no quarantine is named.");
    }

    private static boolean sendsSigned(Action.Protect protect) {
        return protect.onMissingCertificate()
                .filter(OnFailure.SendSigned.class::isInstance)
                .isPresent();
    }

    private static String names(List<Rule> rules) {
        return rules.stream().limit(MOST_RULES).map(Rule::id).collect(Collectors.joining(", "))
                + (rules.size() > MOST_RULES ? " and " + (rules.size() - MOST_RULES) + " more" : "");
    }

    private static String mail(Set<Facts.Kind> kinds) {
        return kinds.stream()
                .map(kind -> switch (kind) {
                    case ORDINARY -> "ordinary mail";
                    case NULL_SENDER -> "mail with the null reverse path";
                    case AUTO_REPLY -> "automatic replies";
                })
                .collect(Collectors.joining(" and "));
    }

    // A policy may have a hundred thousand rules, and a person reads this.
    private static final int MOST_DEMANDS = 100;
    private static final int MOST_RULES = 12;
    private static final int MOST_COMPARED = 1_000;
}
