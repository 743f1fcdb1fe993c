package org.postseal.gateway.audit;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.PathEvidence;

/** One line of the audit log. */
public sealed interface AuditEvent {
    /** When. */
    Instant time();

    /**
     * Certificates, keys or trust were changed, or a change was held.
     *
     * @param actor who did it: a user of the machine, or {@code postseal} for what the gateway learnt by itself
     * @param action a verb of the command line with its noun: {@code cert-pin}, {@code key-import}; {@code certificate-harvested}, {@code certificate-held}
     * @param object what was changed: {@code certificate:SHA-256}, {@code address:ADDRESS}, {@code trust:NAME}
     * @param details anything else, never a secret
     */
    record DirectoryChanged(Instant time, String actor, String action, String object, List<String> details)
            implements AuditEvent {
        public DirectoryChanged {
            details = List.copyOf(details);
        }
    }

    /**
     * A policy file was read, at the start or again.
     *
     * @param action {@code policy-} or {@code shadow-} with {@code loaded}, {@code reloaded}, {@code load-refused}, {@code reload-refused} or {@code ended}
     * @param trigger {@code start}, {@code signal}, {@code file change}
     * @param mode {@code enforce} or {@code observe}
     * @param file as configured
     * @param before SHA-256 of the policy until then, which after a refusal stays; empty when there was none
     * @param sha256 of the content that was read; empty when it could not be read
     * @param problems as in the log, with file, line and key; errors first
     * @param errors how many of all of them are errors
     * @param text what counts from now on; empty after a refusal
     */
    record PolicyRead(
            Instant time,
            String action,
            String trigger,
            String mode,
            String file,
            Optional<String> before,
            Optional<String> sha256,
            List<String> problems,
            int errors,
            Optional<PolicyText> text)
            implements AuditEvent {
        public PolicyRead {
            problems = List.copyOf(problems);
        }

        /** Whether it is about another policy in force or in shadow from now on, or none. */
        public boolean isEffective() {
            return !action.endsWith("-refused");
        }

        /** {@code policy} or {@code shadow}. */
        public String role() {
            return action.substring(0, action.indexOf('-'));
        }
    }

    /**
     * A gateway begins to take mail.
     *
     * @param version of the program
     * @param mode {@code enforce} or {@code observe}
     * @param file {@code postseal.yaml}, as given
     * @param sha256 of its octets as they were read
     * @param policySha256 the policy in force
     * @param shadowSha256 the one in shadow
     */
    record GatewayStarted(
            Instant time,
            String version,
            String mode,
            String file,
            Optional<String> sha256,
            String policySha256,
            Optional<String> shadowSha256)
            implements AuditEvent {}

    /**
     * A configuration, or what it names, cannot be used in a gateway that runs: everything stays.
     *
     * @param trigger {@code signal}
     * @param file as given at the start
     * @param sha256 of its octets as they were read; empty when they could not be
     * @param errors how many problems stop it
     * @param problems with file, line and key; errors first
     */
    record ConfigurationRefused(
            Instant time, String trigger, String file, Optional<String> sha256, int errors, List<String> problems)
            implements AuditEvent {
        public ConfigurationRefused {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Another configuration counts in a gateway that runs.
     *
     * @param trigger {@code signal}
     * @param file as given at the start
     * @param sha256 of its octets as they were read; empty when they could not be
     * @param changes keys with new values that count now, and {@code TLS files} where those hold something else
     * @param waiting keys with new values that count from the next start
     */
    record ConfigurationReloaded(
            Instant time,
            String trigger,
            String file,
            Optional<String> sha256,
            List<String> changes,
            List<String> waiting)
            implements AuditEvent {
        public ConfigurationReloaded {
            changes = List.copyOf(changes);
            waiting = List.copyOf(waiting);
        }
    }

    /**
     * What a policy in shadow would have decided.
     *
     * @param policySha256 that policy
     * @param rule that matched; empty when it is not known
     * @param decision as that of the policy in force; {@code unknown} when it hangs on a look-up that failed or took too long
     * @param protection what would be added
     * @param incoming what would be done to protection it came with
     * @param reason name from the {@code Reason} table
     * @param differs whether the decision is another; empty when it is not known
     * @param detail why it is not known
     */
    record Shadow(
            String policySha256,
            String rule,
            String decision,
            String protection,
            String incoming,
            Optional<String> reason,
            Optional<Boolean> differs,
            Optional<String> detail) {}

    /**
     * A sender was told that his message was refused or redirected, or was not told because he has been told often enough.
     *
     * @param queueId of the message it is about
     * @param outcome what the next hop said of the notice, or why it was not sent
     */
    record NoticeSent(Instant time, String queueId, String recipient, String outcome) implements AuditEvent {}

    /**
     * What became of a message for one recipient. Absent values are empty, never guessed.
     *
     * @param times how long the message took; empty where nobody looked at the clock
     */
    record RecipientDone(
            Instant time,
            Message message,
            Decision decision,
            Protection protection,
            Delivery delivery,
            Optional<Times> times)
            implements AuditEvent {}

    /**
     * The message as it came, for this recipient.
     *
     * @param queueId our id
     * @param upstreamId XFORWARD IDENT
     * @param messageId Message-ID as received, cut at 1 KiB
     * @param peer address of the client
     * @param proxy address of who has the connection and spoke for it
     * @param tls of the session over which it came
     * @param sender reverse path
     * @param recipient forward path
     * @param size octets received
     */
    record Message(
            String queueId,
            Optional<String> upstreamId,
            Optional<String> messageId,
            String peer,
            Optional<String> proxy,
            Optional<Tls> tls,
            String sender,
            String recipient,
            long size) {}

    /**
     * What was decided, and why.
     *
     * @param direction of the policy
     * @param policySha256 the policy in force
     * @param rule that matched
     * @param mailboxPolicy that gave settings
     * @param word {@code deliver}, {@code reject}, {@code defer}, {@code redirect}
     * @param reason name from the {@code Reason} table
     * @param detail audit text and cause
     * @param steps the policy's explanation
     * @param settings that counted, as {@code NAME=VALUE (LEVEL)}
     * @param basis what the policy decided on; empty when it was not asked
     * @param isObserved it was relayed as it came, and what stands here of decision, protection and reason would have been
     * @param shadow the decision of the policy in shadow
     */
    record Decision(
            String direction,
            String policySha256,
            String rule,
            String mailboxPolicy,
            String word,
            Optional<String> reason,
            Optional<String> detail,
            List<String> steps,
            List<String> settings,
            Optional<Decided> basis,
            boolean isObserved,
            Optional<Shadow> shadow) {
        public Decision {
            steps = List.copyOf(steps);
            settings = List.copyOf(settings);
        }
    }

    /**
     * What was done to the message and found of it.
     *
     * @param added what was added, with algorithms
     * @param handled what came, what was done to it, what left
     * @param signature verdict, with cause
     * @param signers each SignerInfo: certificate, algorithm, strength, whether it carries the From address, verdict
     * @param certificates what was used, as {@code role:SHA-256}
     * @param rejected certificates that were there and not to be used, as {@code ADDRESS:SHA-256, SOURCE, WHY}
     * @param readers who can read what leaves and is not sent it, as {@code address:SHA-256} of each certificate
     * @param headerProtection what became of the header fields of what leaves, or what was found of them (RFC 9788)
     * @param signer certificate of who signed it: we, or where we did not the only signer of what came
     * @param validations what the verdicts on those certificates rest on, as far as one was given
     */
    record Protection(
            String added,
            Handled handled,
            String signature,
            List<String> signers,
            List<String> certificates,
            List<String> rejected,
            List<String> readers,
            Optional<String> headerProtection,
            Optional<X509> signer,
            List<PathEvidence> validations) {}

    /**
     * The protection of a message in the words of {@code org.postseal.policy.Handling}.
     *
     * @param came empty when nobody has looked
     * @param done empty when it was refused
     * @param closed why a ciphertext did not come out
     * @param left empty when nothing did
     */
    record Handled(Optional<String> came, String done, Optional<String> closed, Optional<String> left) {
        /** Where no more is known than what was done. */
        public static Handled of(String done) {
            return new Handled(Optional.empty(), done, Optional.empty(), Optional.empty());
        }
    }

    /**
     * How it left.
     *
     * @param unit number of the delivery unit, from 1
     * @param size octets of the copy that left, or was to leave
     * @param nextHopReply what the next hop said
     * @param reply what our peer was told
     * @param journal {@code suppressed}: accepted at an earlier attempt, not sent again; {@code sent_again}: an earlier attempt ended in doubt; {@code in_doubt}: this one did
     * @param session over which it left, or was to leave
     */
    record Delivery(
            Optional<Integer> unit,
            Optional<Long> size,
            Optional<String> nextHopReply,
            String reply,
            List<String> journal,
            Optional<NextHopSession> session) {}

    /**
     * TLS of a session.
     *
     * @param version such as {@code 1.3}
     * @param cipher by its name in Java
     * @param subject of the other side's certificate; empty where it has shown none, or it was not verified
     */
    record Tls(String version, String cipher, Optional<String> subject) {}

    /**
     * A session with the next hop.
     *
     * @param address of the server, and its port
     * @param isVerified its certificate and name were checked
     */
    record NextHopSession(String address, int port, Optional<Tls> tls, boolean isVerified) {}

    /**
     * A certificate.
     *
     * @param sha256 of its encoding
     * @param subject distinguished name (RFC 2253)
     * @param issuer likewise
     * @param isSelfIssued subject and issuer are the same
     * @param serialNumber hexadecimal, in upper case
     * @param algorithm of its key, by its name in Java
     */
    record X509(
            String sha256,
            String subject,
            String issuer,
            boolean isSelfIssued,
            String serialNumber,
            Instant notBefore,
            Instant notAfter,
            String algorithm) {}

    /**
     * How long a message took: all recipients and copies together, and so the same in each of its records.
     *
     * @param total nanoseconds from the end of its data to the moment when its replies were known and this was to be written
     * @param stages nanoseconds by stage, in the words of the figures ({@code postseal_stage_duration_seconds}); all but {@code intake} are within {@code total}
     */
    record Times(long total, Map<String, Long> stages) {
        public Times {
            stages = Collections.unmodifiableMap(new LinkedHashMap<>(stages));
        }
    }

    /**
     * What a decision rests on, so that it can be made again under another policy. Header fields are content and not among it.
     *
     * @param facts by name, in the words of policy tests; without what the record says elsewhere
     * @param directory what was asked, with the answer
     * @param old what of the message was opened or believed, or not, by the recipient's right to old mail
     */
    record Decided(Map<String, List<String>> facts, List<String> directory, List<String> old) {
        public Decided {
            facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
            directory = List.copyOf(directory);
            old = List.copyOf(old);
        }
    }
}
