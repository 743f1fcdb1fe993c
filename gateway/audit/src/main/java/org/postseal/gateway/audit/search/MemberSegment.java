package org.postseal.gateway.audit.search;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipException;

/** A file that was compressed chunk by chunk. */
final class MemberSegment implements SegmentFile {
    private final FileChannel channel;
    private final List<Long> starts = new ArrayList<>(List.of(0L));

    MemberSegment(FileChannel channel) {
        this.channel = channel;
    }

    /** Says where the chunks begin, so that they need not be looked for. A read fails if none begins there. */
    void startingAt(List<Long> positions) {
        starts.clear();
        starts.addAll(positions);
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public Optional<byte[]> chunk(int number) throws IOException {
        while (starts.size() <= number && starts.getLast() < channel.size()) {
            step();
        }
        return number < starts.size() && starts.get(number) < channel.size()
                ? Optional.of(GzipMember.read(channel, starts.get(number)))
                : Optional.empty();
    }

    @Override
    public int chunks() throws IOException {
        while (starts.getLast() < channel.size()) {
            step();
        }
        return starts.size() - 1;
    }

    private void step() throws IOException {
        long last = starts.getLast();
        int length = GzipMember.length(channel, last);
        if (length == 0) {
            throw new ZipException("no gzip member at octet " + last);
        }
        starts.add(last + length);
    }

    @Override
    public long position(int number) {
        return starts.get(number);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
