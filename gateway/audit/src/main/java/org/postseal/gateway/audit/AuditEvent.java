package org.postseal.gateway.audit;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.PathEvidence;

/** An event that becomes one line of the audit log. */
public sealed interface AuditEvent {
    /**
     * Certificates, keys or trust were changed, or a change was held back.
     *
     * @param actor who did it: a user of the machine, or {@code postseal} for what the gateway learnt by itself
     * @param action the noun and verb of a command, as {@code cert-pin} or {@code key-import}; or {@code
     * certificate-harvested}, {@code certificate-held}
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
     * A policy file was read, at the start or later.
     *
     * @param action {@code policy-} or {@code shadow-} with {@code loaded}, {@code reloaded}, {@code load-refused},
     * {@code reload-refused} or {@code ended}
     * @param trigger {@code start}, {@code signal}, {@code file change}, or {@code epoch 7} in a fleet
     * @param mode {@code enforce} or {@code observe}
     * @param file the path as configured
     * @param before SHA-256 of the policy that was in force before, and still is after a refusal; empty if there was
     * none
     * @param sha256 SHA-256 of the content that was read; empty if it could not be read
     * @param problems the problems as in the log, with file, line and key; errors come first
     * @param errors how many of all the problems are errors
     * @param text the text that is in force from now on; empty after a refusal
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

        /** Returns true if another policy, or none, is in force or in shadow from now on. */
        public boolean isEffective() {
            return !action.endsWith("-refused");
        }

        /** Returns {@code policy} or {@code shadow}. */
        public String role() {
            return action.substring(0, action.indexOf('-'));
        }
    }

    /**
     * A gateway begins to take mail.
     *
     * @param version version of the program
     * @param mode {@code enforce} or {@code observe}
     * @param file the path of {@code postseal.yaml}, as given
     * @param sha256 SHA-256 of the file as it was read
     * @param policySha256 SHA-256 of the policy in force
     * @param shadowSha256 SHA-256 of the policy in shadow
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
     * A running gateway cannot use a new configuration, or a file that it names. Nothing changes.
     *
     * @param trigger {@code signal}
     * @param file the path as given at the start
     * @param sha256 SHA-256 of the file as it was read; empty if it could not be read
     * @param errors how many of the problems stop it
     * @param problems the problems with file, line and key; errors come first
     */
    record ConfigurationRefused(
            Instant time, String trigger, String file, Optional<String> sha256, int errors, List<String> problems)
            implements AuditEvent {
        public ConfigurationRefused {
            problems = List.copyOf(problems);
        }
    }

    /**
     * A running gateway uses a new configuration from now on.
     *
     * @param trigger {@code signal}
     * @param file the path as given at the start
     * @param sha256 SHA-256 of the file as it was read; empty if it could not be read
     * @param changes the keys whose new values count now, and {@code TLS files} if the content of those has changed
     * @param waiting the keys whose new values count from the next start
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
     * Says what a policy in shadow would have decided.
     *
     * @param policySha256 SHA-256 of that policy
     * @param rule the rule that matched; empty if it is not known
     * @param decision the same words as for the policy in force, or {@code unknown} if the decision depends on a
     * look-up that failed or took too long
     * @param protection what would have been added
     * @param incoming what would have been done to the protection that the message came with
     * @param reason a name from the {@code Reason} table
     * @param differs whether the decision differs from that of the policy in force; empty if it is not known
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
     * A sender was told that their message was refused or redirected, or was not told because they have been told often
     * enough.
     *
     * @param queueId the queue id of the message that the notice is about
     * @param outcome what the next hop said to the notice, or why the notice was not sent
     */
    record NoticeSent(Instant time, String queueId, String recipient, String outcome) implements AuditEvent {}

    /**
     * The log has seen how far the logs of other gateways of the fleet were signed.
     *
     * @param checkpoints the newest checkpoints that were not written here before, each as {@code LOG LINE}
     * @param nodes the names of all gateways of the fleet whose checkpoints are known
     */
    record CheckpointsSeen(Instant time, List<String> checkpoints, List<String> nodes) implements AuditEvent {
        public CheckpointsSeen {
            checkpoints = List.copyOf(checkpoints);
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * Says what became of a message for one recipient. A value that is not known is empty and never guessed.
     *
     * @param times how long the message took; empty if it was not measured
     * @param release present if the message was held before, and somebody has released it
     */
    record RecipientDone(
            Instant time,
            Message message,
            Decision decision,
            Protection protection,
            Delivery delivery,
            Optional<Times> times,
            Optional<Release> release)
            implements AuditEvent {
        /** Makes the record of a message that was not held before. */
        public RecipientDone(
                Instant time,
                Message message,
                Decision decision,
                Protection protection,
                Delivery delivery,
                Optional<Times> times) {
            this(time, message, decision, protection, delivery, times, Optional.empty());
        }
    }

    /**
     * Somebody has released a held message.
     *
     * @param held the id of the held copy
     * @param by the name of the person
     * @param why their words
     */
    record Release(String held, String by, String why) {}

    /**
     * The message as it came, for this recipient.
     *
     * @param queueId our queue id
     * @param upstreamId the queue id of the MTA before us (XFORWARD IDENT)
     * @param messageId the Message-ID as received, cut at 1 KiB
     * @param peer the address of the client
     * @param proxy the address of the peer that holds the connection and spoke for the client
     * @param tls TLS of the session over which the message came
     * @param sender the reverse path
     * @param recipient the forward path
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
     * Says what was decided, and why.
     *
     * @param direction the direction that the policy found
     * @param policySha256 SHA-256 of the policy in force
     * @param policyEpoch the epoch since which a fleet decides by that policy; empty if the policy is the gateway's own
     * @param rule the rule that matched
     * @param mailboxPolicy the last mailbox policy that gave settings
     * @param word {@code deliver}, {@code reject}, {@code defer} or {@code redirect}
     * @param reason a name from the {@code Reason} table
     * @param detail the audit text of the reason, and the cause
     * @param steps the policy's explanation
     * @param settings the settings that counted, as {@code NAME=VALUE (LEVEL)}
     * @param basis what the policy decided on; empty if it was not asked
     * @param isObserved true if the message was relayed as it came; decision, protection and reason are then what would
     * have been
     * @param shadow the decision of the policy in shadow
     */
    record Decision(
            String direction,
            String policySha256,
            Optional<Long> policyEpoch,
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
     * Says what was done to the message, and what was found out about it.
     *
     * @param added what was added, with algorithms
     * @param handled what came, what was done to it, what left
     * @param signature the verdict on the signature, with its cause
     * @param signers one text for each SignerInfo: certificate, algorithm, strength, whether the certificate carries
     * the From address, verdict
     * @param signedParts one text for each signed part below the layers: its number, verdict, signers
     * @param certificates the certificates that were used, as {@code role:SHA-256}
     * @param rejected the certificates that were found and could not be used, as {@code ADDRESS:SHA-256, SOURCE, WHY}
     * @param readers readers who can decrypt the copy and are not sent it, as {@code address:SHA-256} of each
     * certificate
     * @param headerProtection how the header fields of the copy were protected, or how those of the message that came
     * were (RFC 9788)
     * @param signer the certificate of the signer: ours if we signed, else that of the only signer of what came
     * @param validations what the verdicts on those certificates rest on, for those that have a verdict
     */
    record Protection(
            String added,
            Handled handled,
            String signature,
            List<String> signers,
            List<String> signedParts,
            List<String> certificates,
            List<String> rejected,
            List<String> readers,
            Optional<String> headerProtection,
            Optional<X509> signer,
            List<PathEvidence> validations) {}

    /**
     * The protection of a message in the words of {@code org.postseal.policy.outcome.Handling}.
     *
     * @param came what came; empty if nobody has looked
     * @param done what was done to it; empty if the message was refused
     * @param closed why a ciphertext stayed closed
     * @param left what left; empty if nothing left
     */
    record Handled(Optional<String> came, String done, Optional<String> closed, Optional<String> left) {
        /** Returns an object that says what was done, and nothing else. */
        public static Handled of(String done) {
            return new Handled(Optional.empty(), done, Optional.empty(), Optional.empty());
        }
    }

    /**
     * Says how the message left.
     *
     * @param unit the number of the delivery unit, from 1
     * @param size octets of the copy that left, or was to leave
     * @param nextHopReply what the next hop said
     * @param reply what our peer was told
     * @param journal {@code suppressed}: the next hop accepted it at an earlier attempt, so it was not sent again;
     * {@code sent_again}: an earlier attempt ended in doubt; {@code in_doubt}: this attempt did
     * @param session the session over which it left, or was to leave
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
     * @param version the version, such as {@code 1.3}
     * @param cipher the cipher by its name in Java
     * @param subject the subject of the other side's certificate; empty if it showed none or the certificate was not
     * verified
     */
    record Tls(String version, String cipher, Optional<String> subject) {}

    /**
     * A session with the next hop.
     *
     * @param address the address of the server
     * @param isVerified true if its certificate and name were checked
     */
    record NextHopSession(String address, int port, Optional<Tls> tls, boolean isVerified) {}

    /**
     * A certificate.
     *
     * @param sha256 SHA-256 of its encoding
     * @param subject its distinguished name (RFC 2253)
     * @param issuer the distinguished name of its issuer (RFC 2253)
     * @param isSelfIssued true if subject and issuer are the same
     * @param serialNumber its serial number in hexadecimal, in upper case
     * @param algorithm the algorithm of its key, by its name in Java
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
     * Says how long a message took. The times are those of all recipients and copies together, so each record of the
     * message has the same.
     *
     * @param total nanoseconds from the end of the message's data until its replies were known, before this record was
     * written
     * @param stages nanoseconds by stage, named as in the metric {@code postseal_stage_duration_seconds}; all but
     * {@code intake} are within {@code total}
     */
    record Times(long total, Map<String, Long> stages) {
        public Times {
            stages = Collections.unmodifiableMap(new LinkedHashMap<>(stages));
        }
    }

    /**
     * Says what a decision rests on, so that it can be made again under another policy. Header fields are not part of
     * it, since they are content.
     *
     * @param facts values by name, in the words of policy tests, without what the record says elsewhere
     * @param directory the questions about certificates, keys and groups, with the answers
     * @param old the algorithms out of date that were opened or trusted because the recipient's mailbox policy allows
     * it, or that were not because it does not, each as a text
     */
    record Decided(Map<String, List<String>> facts, List<String> directory, List<String> old) {
        public Decided {
            facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
            directory = List.copyOf(directory);
            old = List.copyOf(old);
        }
    }
}
