package org.postseal.gateway.admin.cli.ca;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.authority.CaException;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.Intermediate;
import org.postseal.certstore.authority.IssuedEntry;
import org.postseal.certstore.authority.IssuingAuthority;
import org.postseal.certstore.authority.IssuingAuthority.Order;
import org.postseal.certstore.authority.IssuingAuthority.Subject;
import org.postseal.certstore.authority.SigningRequest;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.enrolment.EnrolmentAuthority;
import org.postseal.certstore.issue.Profile;
import org.postseal.gateway.admin.cli.support.CommandFailure;

/**
 * Our own authority, asked as any other is. Its folder is opened and its passphrase asked for when the first request
 * comes, and the folder stays locked until this is closed.
 */
public final class OwnAuthority implements EnrolmentAuthority, AutoCloseable {
    private final CaAccess access;
    private final Path place;
    private final int days;
    private final CaAccess.Passphrase passphrase;
    private @Nullable CaFolder folder;
    private @Nullable IssuingAuthority issuing;
    private boolean hasIssued;

    public OwnAuthority(CaAccess access, Path place, int days, CaAccess.Passphrase passphrase) {
        this.access = access;
        this.place = place;
        this.days = days;
        this.passphrase = passphrase;
    }

    /** @throws CommandFailure when there is no passphrase, or a wrong one */
    @Override
    public Answer ask(Request request) {
        try {
            CaFolder opened = folder == null ? CaFolder.open(place) : folder;
            folder = opened;
            Optional<MailCertificate> known = known(opened, request);
            MailCertificate certificate = known.isPresent() ? known.get() : issue(opened, request);
            return new Answer.Issued(Stream.concat(
                            Stream.of(certificate),
                            opened.intermediates().stream().map(Intermediate::certificate))
                    .toList());
        } catch (CaException e) {
            return new Answer.Unavailable(String.valueOf(e.getMessage()));
        }
    }

    /** Finds the certificate of a request that was answered before, when the process died before it was stored. */
    private Optional<MailCertificate> known(CaFolder opened, Request request) throws CaException {
        for (IssuedEntry each : opened.index().entries()) {
            if (each.addresses().equals(List.of(request.address()))
                    && each.profile() == profile(request)
                    && each.isUsable(access.store().now())) {
                MailCertificate certificate = opened.certificate(each);
                if (PublicKeyId.of(certificate).equals(request.order())) {
                    return Optional.of(certificate);
                }
            }
        }
        return Optional.empty();
    }

    private MailCertificate issue(CaFolder opened, Request request) throws CaException {
        IssuingAuthority authority = issuing == null ? access.unlock(opened, passphrase) : issuing;
        issuing = authority;
        SigningRequest signed = SigningRequest.read(request.pkcs10().getBytes(StandardCharsets.US_ASCII));
        hasIssued = true;
        return authority
                .issue(
                        List.of(new Order(
                                List.of(request.address()), profile(request), new Subject.Requested(signed, true))),
                        days,
                        access.store().now())
                .getFirst()
                .certificate();
    }

    private static Profile profile(Request request) {
        return switch (request.profile()) {
            case "sign" -> Profile.SIGN;
            case "encrypt" -> Profile.ENCRYPT;
            default -> Profile.DUAL;
        };
    }

    /** Signs OCSP answers about all that was issued, if others are signed, and unlocks the folder. */
    @Override
    public void close() {
        if (issuing != null && hasIssued) {
            Issuing.answer(access.store(), issuing);
        }
        if (folder != null) {
            folder.close();
        }
    }
}
