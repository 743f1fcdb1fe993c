package org.postseal.gateway.admin.cli.audit;

import static org.postseal.gateway.admin.cli.audit.EvidenceReadme.filled;

import java.util.List;
import java.util.stream.Collectors;
import org.postseal.certstore.PathEvidence.Kind;

/** The part of the page of an evidence bundle that is about verdicts on certificates. Its commands hold nothing but numbers and hexadecimal digits. */
final class ValidationPage {
    private ValidationPage() {}

    static String of(EvidenceBundle bundle) {
        UsedValidations validations = bundle.validations();
        StringBuilder page = new StringBuilder(HEAD);
        if (validations.checks().isEmpty()) {
            page.append("\nThe records name no list and no response.\n");
        }
        for (UsedValidations.Check check : validations.checks()) {
            page.append(filled(CERTIFICATE, check.certificate(), check.record(), check.time()));
            List<String> lacking = lacking(bundle, check);
            page.append(
                    lacking.isEmpty()
                            ? commands(check)
                            : "\nCannot be worked out again from this folder: " + String.join(", ", lacking)
                                    + " is not here.\n");
        }
        if (!validations.unanswered().isEmpty()) {
            page.append("\nCertificates of the paths of which nothing was known, as the records say why:\n\n");
            validations
                    .unanswered()
                    .forEach(text -> page.append("- ").append(text).append("\n"));
        }
        if (!validations.unreadable().isEmpty()) {
            page.append("\nKept beside the log, but whoever made this folder could not read there ")
                    .append(validations.unreadable().size())
                    .append(" of what is not here.\n");
        }
        return page.toString();
    }

    private static List<String> lacking(EvidenceBundle bundle, UsedValidations.Check check) {
        List<String> certificates = check.certificates().stream()
                .filter(id -> !bundle.certificates().found().containsKey(id))
                .map(EvidenceBundle::certificateName)
                .toList();
        List<String> answers = check.answers().stream()
                .map(answer -> UsedValidations.name(check.kind(), answer))
                .filter(bundle.validations().missing()::contains)
                .toList();
        return certificates.isEmpty() ? answers : certificates;
    }

    private static String commands(UsedValidations.Check check) {
        StringBuilder commands = new StringBuilder("\n```sh\n");
        for (String answer : check.answers()) {
            commands.append(filled(
                    NAMED,
                    check.certificate(),
                    UsedValidations.word(check.kind()),
                    answer,
                    check.record(),
                    UsedValidations.name(check.kind(), answer)));
        }
        return commands.append(
                        switch (check.kind()) {
                            case CRL -> byLists(check);
                            case OCSP -> byResponse(check);
                        })
                .append("```\n")
                .toString();
    }

    private static String byLists(UsedValidations.Check check) {
        String lists = check.answers().stream()
                .map(answer -> "openssl crl -inform DER -in " + UsedValidations.name(Kind.CRL, answer) + "; ")
                .collect(Collectors.joining("", "{ ", "} > crl.pem &&\n"));
        String untrusted = check.issuers().stream()
                .limit(check.issuers().size() - 1L)
                .map(id -> " -untrusted " + EvidenceBundle.certificateName(id))
                .collect(Collectors.joining());
        return lists
                + filled(
                        VERIFY,
                        seconds(check),
                        EvidenceBundle.certificateName(check.issuers().getLast()),
                        untrusted,
                        EvidenceBundle.certificateName(check.certificate()));
    }

    private static String byResponse(UsedValidations.Check check) {
        return filled(
                ASK,
                UsedValidations.name(Kind.OCSP, check.answers().getFirst()),
                EvidenceBundle.certificateName(check.issuers().getFirst()),
                EvidenceBundle.certificateName(check.certificate()),
                seconds(check));
    }

    // the next whole one, since a list of half a second later would not be there yet
    private static long seconds(UsedValidations.Check check) {
        return check.time().plusNanos(999_999_999).getEpochSecond();
    }

    private static final String HEAD = """

            ## 4. What did the verdicts on certificates rest on?

            Records name it in `postseal.validation`: for each certificate of a path, from the one that was used (0) to the trust anchor, the SHA-256 of the revocation lists (`crl`) or the response
            (`ocsp`) that counted, with the times between which it speaks. Here they are as they came. Each command first sees whether the record names the file, and whether the file is that one
            (`FILE: OK`), and then works out what it says for the time when the message was received; or, of an answer that was made in the minutes after that, for when it was made.

            By lists, `certificate-SHA-256.pem: OK` means: a path leads to the trust anchor, and the certificate is on none of them; else there is `certificate revoked`, or what does not fit. By a response,
            `Response verify OK` means that the issuer, or whom it authorized, has signed it, and `good` or `revoked` stands behind the name of the file. OpenSSL compares a response's own times with today:
            `WARNING: Status times invalid` only says that it is over; the time must be between `This Update` and `Next Update`. `Response Verify Failure` is no proof, whatever stands behind the name of the file.
            """;

    private static final String CERTIFICATE = """

            The certificate {1}, by record {2}, at {3}:
            """;

    private static final String NAMED = """
            grep -q "{1} {2} {3} " record-{4}.json && echo "{3}  {5}" | sha256sum -c &&
            """;

    private static final String VERIFY = """
            openssl verify -attime {1} -crl_check -extended_crl -use_deltas -CRLfile crl.pem -partial_chain -trusted {2}{3} {4}
            """;

    private static final String ASK = """
            openssl ocsp -respin {1} -issuer {2} -cert {3} -CAfile {2} -partial_chain -attime {4} -no_nonce
            """;
}
