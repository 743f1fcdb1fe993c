package org.postseal.certstore.format;

/** Ends the reading of a file. It becomes a {@link CertificateFile.Refused}, and never leaves this package. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final Refusal refusal;
    private final transient FormatProblem problem;

    RefusedException(Refusal refusal, Position position, String message) {
        super(message);
        this.refusal = refusal;
        this.problem = new FormatProblem(position, message);
    }

    CertificateFile.Refused outcome() {
        return new CertificateFile.Refused(refusal, problem);
    }
}
