package org.postseal.gateway.road.directory;

import java.util.List;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.files.FilesSource;
import org.postseal.certstore.source.Candidate;
import org.postseal.certstore.source.CertificateSource;
import org.postseal.certstore.source.KeySource;

/** Holds the files of the store as they were last read. Thread-safe. */
final class CurrentFiles implements CertificateSource, KeySource {
    private volatile FilesSource files;

    CurrentFiles(FilesSource files) {
        this.files = files;
    }

    FilesSource get() {
        return files;
    }

    void replace(FilesSource next) {
        files = next;
    }

    @Override
    public String name() {
        return files.name();
    }

    @Override
    public List<Candidate> find(MailAddress address) {
        return files.find(address);
    }

    @Override
    public List<KeyHandle> keysOf(MailAddress address) {
        return files.keysOf(address);
    }
}
