package org.postseal.certstore.directory;

import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;

/** What to do with the certificate and the capabilities of a signed message. Texts are for log and report. */
public sealed interface HarvestDecision {
    /** Keep them, in place of what was harvested before. */
    record Remember(MailCertificate certificate, Optional<SmimeCapabilities> capabilities) implements HarvestDecision {}

    /** Use nothing of it, and show it to the administrator: another key than the one known. */
    record Hold(MailCertificate certificate, String reason) implements HarvestDecision {}

    /** Nothing to keep. */
    record Ignore(String reason) implements HarvestDecision {}
}
