package org.postseal.gateway.admin.cli.enrol;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.Domain;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.enrolment.EnrolmentAuthority;
import org.postseal.certstore.remote.issuemail.Issuemail;

/**
 * An authority that is asked only if the CAA records of the address's domain let it issue (RFC 9495). Each domain is
 * looked up once, so an instance is for one run.
 */
final class PermittedAuthority implements EnrolmentAuthority {
    private final EnrolmentAuthority authority;
    private final String issuerDomain;
    private final Issuemail issuemail;
    private final Map<Domain, Issuemail.Ruling> rulings = new HashMap<>();

    /** @param issuerDomain the name by which the authority goes in CAA records */
    PermittedAuthority(EnrolmentAuthority authority, String issuerDomain, Issuemail issuemail) {
        this.authority = authority;
        this.issuerDomain = issuerDomain;
        this.issuemail = issuemail;
    }

    @Override
    public Answer ask(Request request) {
        Issuemail.Ruling ruling;
        try {
            ruling = rulings.computeIfAbsent(request.address().domain(), issuemail::about);
        } catch (StoreUnavailableException e) {
            return new Answer.Unavailable("nobody knows whether " + issuerDomain + " may issue: " + e.getMessage());
        }
        return ruling.permits(issuerDomain)
                ? authority.ask(request)
                : new Answer.Later(issuerDomain + " may not issue: " + ruling.words(), Optional.empty());
    }
}
