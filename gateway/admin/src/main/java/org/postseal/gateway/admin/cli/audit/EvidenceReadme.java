package org.postseal.gateway.admin.cli.audit;

import java.util.List;
import org.postseal.gateway.audit.Evidence;
import org.postseal.gateway.audit.VisibleText;

/** The page of an evidence bundle. Commands hold nothing but numbers, hexadecimal digits and times, whatever the log says. */
final class EvidenceReadme {
    private EvidenceReadme() {}

    static String of(EvidenceBundle bundle) {
        StringBuilder page = new StringBuilder();
        page.append(filled(HEAD, bundle.host(), bundle.made(), shown(bundle), VisibleText.of(bundle.about())));
        bundle.proofs().stream()
                .map(proof -> proof.checkpoint().key())
                .distinct()
                .forEach(id -> page.append(filled(KEY, EvidenceBundle.keyName(id), id)));
        page.append(RECORDS);
        bundle.proofs().forEach(proof -> {
            page.append(proof(proof));
            if (bundle.stamps().containsKey(EvidenceBundle.stampName(proof.checkpoint()))) {
                page.append(filled(STAMPED, EvidenceBundle.name(proof.checkpoint())));
            }
            if (bundle.stamps().containsKey(EvidenceBundle.listsName(proof.checkpoint()))) {
                page.append(filled(LISTED, EvidenceBundle.name(proof.checkpoint())));
            }
        });
        page.append(CERTIFICATES);
        bundle.certificates()
                .found()
                .keySet()
                .forEach(id -> page.append(filled(CERTIFICATE, EvidenceBundle.certificateName(id), id)));
        List<String> missing = bundle.certificates().missing();
        if (!missing.isEmpty()) {
            page.append(bundle.certificates().hidden().isEmpty() ? GONE : NOT_SEEN);
            missing.forEach(id -> page.append("- ").append(id).append("\n"));
        } else if (bundle.certificates().found().isEmpty()) {
            page.append("\nThe records name none.\n");
        }
        return page.append(ValidationPage.of(bundle))
                .append(PolicySection.of(bundle.policies()))
                .append(LIMITS)
                .toString();
    }

    private static String shown(EvidenceBundle bundle) {
        StringBuilder names = new StringBuilder();
        bundle.proofs().stream()
                .flatMap(proof -> proof.steps().stream())
                .filter(Evidence.Shown.class::isInstance)
                .forEach(step -> names.append("- ")
                        .append(EvidenceBundle.name((Evidence.Shown) step))
                        .append("\n"));
        return names.toString();
    }

    private static String proof(Evidence.Proof proof) {
        Evidence.Signed checkpoint = proof.checkpoint();
        StringBuilder text = new StringBuilder();
        text.append(filled(FOLLOW, checkpoint.number(), checkpoint.time(), proof.before()));
        for (Evidence.Step step : proof.steps()) {
            text.append(
                    switch (step) {
                        case Evidence.Shown shown -> filled(ONE, EvidenceBundle.name(shown));
                        case Evidence.Hidden hidden -> filled(MANY, EvidenceBundle.name(hidden));
                    });
        }
        String name = EvidenceBundle.name(checkpoint);
        return text.append(filled(
                        SIGNED,
                        checkpoint.chain(),
                        checkpoint.signedNumber(),
                        checkpoint.time(),
                        name,
                        EvidenceBundle.keyName(checkpoint.key())))
                .toString();
    }

    /** With values in the places {1}, {2} and so on; what strangers wrote comes last. */
    static String filled(String part, Object... values) {
        String text = part;
        for (int i = 0; i < values.length; i++) {
            text = text.replace("{" + (i + 1) + "}", String.valueOf(values[i]));
        }
        return text;
    }

    private static final String HEAD = """
            # Evidence for a message

            Message: {4}
            Gateway: {1}
            Made: {2}

            These records of the gateway's audit log are here as they stand in it, one line each:

            {3}
            They can be checked with OpenSSL (3.0 or newer), GNU coreutils and a POSIX shell, by the commands below, in this folder. Nothing here needs to be run that is not written out on this page.

            ## 1. Whose key is it?

            The log is signed with an Ed25519 key. Its SHA-256 (of the SubjectPublicKeyInfo in DER) must be the one that you know from elsewhere: a key that came with the
            evidence alone proves nothing. The command says `key.der: OK` when the file is the key that the records below name.
            """;

    private static final String KEY = """

            ```sh
            openssl pkey -pubin -in {1} -outform DER -out key.der && echo "{2}  key.der" | sha256sum -c
            ```
            """;

    private static final String RECORDS = """

            ## 2. Did the gateway write these records?

            Each record of the log is linked to all before it: its link is `SHA-256(link before + SHA-256 of the record)`, both as hexadecimal text. The record is its line without the last 91
            octets, which are the link itself, `,"postseal.chain.hash":"..."}`, and the line end. Now and then the gateway signs the newest link. The commands begin at the link before the
            first record, go from link to link, see whether each file ends with its own, and look at the signature. Of the records of other messages only the SHA-256 of each is here (`others-FIRST-LAST.txt`).

            `Signature Verified Successfully` means that every record among the steps is what it was when the checkpoint was signed, octet by octet. `Signature Verification Failure` means that
            something in the steps is not; a file whose link does not fit is named. `checkpoint-NUMBER.json: OK` says the same of the checkpoint's own record.
            """;

    private static final String FOLLOW = """

            To the checkpoint in record {1}, signed at {2}:

            ```sh
            own() { head -c -91 "$1" | openssl dgst -sha256 -r | cut -c1-64; }
            chain() { printf %s "$1$2" | openssl dgst -sha256 -r | cut -c1-64; }
            follow() { hash=$(chain "$hash" "$(own "$1")"); [ "$(tail -c 91 "$1")" = ",\\"postseal.chain.hash\\":\\"$hash\\"}" ] || { echo "$1: its link does not fit"; hash=none; return 1; }; }
            hash={3}
            """;

    private static final String ONE = """
            follow {1}
            """;

    private static final String MANY = """
            while read -r other; do hash=$(chain "$hash" "$other"); done < {1}
            """;

    private static final String SIGNED = """
            printf 'postseal audit checkpoint 1\\n{1}\\n{2}\\n%s\\n{3}\\n' "$hash" > {4}.statement
            openssl pkeyutl -verify -rawin -pubin -inkey {5} -in {4}.statement -sigfile {4}.signature && follow {4}.json && echo "{4}.json: OK"
            ```
            """;

    private static final String STAMPED = """

            That checkpoint is stamped with the time by an authority that is not the gateway (RFC 3161). With the trust anchors of that authority, which you know from elsewhere, as `tsa-root.pem`, `Verification: OK` means that the checkpoint,
            and so every record among the steps, was there at the time that the first command prints:

            ```sh
            when=$(openssl ts -reply -in {1}.tsr -text | sed -n 's/^Time stamp: //p') && echo "$when"
            openssl ts -verify -data {1}.json -in {1}.tsr -CAfile tsa-root.pem -attime "$(date -d "$when" +%s)"
            ```
            """;

    private static final String LISTED = """

            `{1}.crl` has the revocation lists that the authority's issuers gave out when it was stamped. With them `Verification: OK` means as well that its certificates were not revoked then:

            ```sh
            cat tsa-root.pem {1}.crl > tsa-lists.pem
            openssl ts -verify -data {1}.json -in {1}.tsr -CAfile tsa-lists.pem -crl_check_all -attime "$(date -d "$when" +%s)"
            ```
            """;

    private static final String CERTIFICATES = """

            ## 3. Which certificates were used?

            Records name certificates by the SHA-256 of their DER (`postseal.certificates`, `postseal.signers`, `postseal.readers`). The command says `certificate.der: OK` when the file is the
            certificate of that name; `openssl x509 -noout -text -in FILE` shows it.
            """;

    private static final String CERTIFICATE = """

            ```sh
            openssl x509 -in {1} -outform DER -out certificate.der && echo "{2}  certificate.der" | sha256sum -c
            ```
            """;

    private static final String GONE = """

            Named by a record, but not in the certificate directory any more, or never there:

            """;

    private static final String NOT_SEEN = """

            Named by a record, and not kept beside the log, or not readable there. The gateway's database and folder of certificates may have them; whoever made this folder could not read those:

            """;

    private static final String LIMITS = """

            ## What this does not show

            - That the time is right: it is the gateway's clock, but for time stamps.
            - That there are no other records about the message, and that the holder of the key has not written a second log. Both show where the whole log is verified against checkpoints that were
              kept elsewhere: `checkpoint-NUMBER.json` must be among those.
            - That a list or a response was the newest that could be had, and what is known of revocation since.
            """;
}
