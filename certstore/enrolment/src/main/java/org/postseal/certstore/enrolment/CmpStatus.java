package org.postseal.certstore.enrolment;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.cmp.ErrorMsgContent;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIFreeText;
import org.bouncycastle.asn1.cmp.PKIStatusInfo;
import org.jspecify.annotations.Nullable;

/**
 * What an authority says about a request (RFC 9810 §5.2.3).
 *
 * @param failures the names of its failure bits
 * @param text the failures, and the words of the authority
 */
record CmpStatus(int status, List<String> failures, String text) {
    static CmpStatus of(PKIStatusInfo info) {
        return of(info, info.getStatusString());
    }

    static CmpStatus ofError(PKIBody body) {
        ErrorMsgContent error = ErrorMsgContent.getInstance(body.getContent());
        PKIFreeText said = error.getPKIStatusInfo().getStatusString();
        return of(error.getPKIStatusInfo(), said == null ? error.getErrorDetails() : said);
    }

    private static CmpStatus of(PKIStatusInfo info, @Nullable PKIFreeText said) {
        List<String> failures = failures(info.getFailInfo());
        StringBuilder text = new StringBuilder(failures.isEmpty() ? "no failure named" : String.join(", ", failures));
        for (int i = 0; said != null && i < said.size(); i++) {
            text.append(i == 0 ? ": " : " ").append(said.getStringAtUTF8(i).getString());
        }
        return new CmpStatus(info.getStatusObject().intValueExact(), failures, text.toString());
    }

    /** Returns true if a failure is about what was ordered, so that the same order fails again. */
    boolean isAboutTheOrder() {
        return failures.stream().anyMatch(ABOUT_THE_ORDER::contains);
    }

    private static List<String> failures(@Nullable ASN1BitString bits) {
        List<String> found = new ArrayList<>();
        if (bits != null) {
            byte[] octets = bits.getBytes();
            for (int i = 0; i < Math.min(octets.length * 8, NAMES.size()); i++) {
                if ((octets[i / 8] & (0x80 >> (i % 8))) != 0) {
                    found.add(NAMES.get(i));
                }
            }
        }
        return List.copyOf(found);
    }

    static final int ACCEPTED = 0;
    static final int GRANTED_WITH_MODIFICATIONS = 1;
    static final int REJECTION = 2;
    static final int WAITING = 3;

    /** The authority works on the order since an earlier run. */
    static final String TRANSACTION_ID_IN_USE = "transactionIdInUse";

    /** PKIFailureInfo of RFC 9810, from bit 0. */
    private static final List<String> NAMES = List.of(
            "badAlg",
            "badMessageCheck",
            "badRequest",
            "badTime",
            "badCertId",
            "badDataFormat",
            "wrongAuthority",
            "incorrectData",
            "missingTimeStamp",
            "badPOP",
            "certRevoked",
            "certConfirmed",
            "wrongIntegrity",
            "badRecipientNonce",
            "timeNotAvailable",
            "unacceptedPolicy",
            "unacceptedExtension",
            "addInfoNotAvailable",
            "badSenderNonce",
            "badCertTemplate",
            "signerNotTrusted",
            TRANSACTION_ID_IN_USE,
            "unsupportedVersion",
            "notAuthorized",
            "systemUnavail",
            "systemFailure",
            "duplicateCertReq");

    private static final Set<String> ABOUT_THE_ORDER = Set.of(
            "badAlg",
            "incorrectData",
            "badPOP",
            "unacceptedPolicy",
            "unacceptedExtension",
            "badCertTemplate",
            "notAuthorized",
            "duplicateCertReq");
}
