# Reads messages with the mail library of Ruby, which Rails uses.
require 'mail'

STDIN.binmode
STDOUT.binmode

def encoded(value)
  text = [value.to_s.b].pack('m0')
  text.empty? ? '=' : text
end

def show(part, lines)
  if part.multipart?
    part.parts.each { |each| show(each, lines) }
  else
    names = [part.filename, part.content_description].compact.join(' ')
    lines << "P #{encoded((part.mime_type || 'text/plain').downcase)} #{encoded(part.decoded)} #{encoded(names)}"
  end
end

def read(octets)
  lines = []
  begin
    mail = Mail.new(octets)
    mail.header.fields.each { |field| lines << "F #{encoded(field.name)} #{encoded(field.value)}" }
    # A field that it cannot parse it shows as it stands, which names nobody.
    mail.from.each { |address| lines << "A #{encoded(address)}" } if mail.from.is_a?(Array)
    # A Date that it cannot parse is no time.
    lines << "D #{encoded(mail.date.to_time.to_i)}" if mail.date.respond_to?(:to_time)
    show(mail, lines)
  rescue StandardError => e
    lines << "E #{encoded("#{e.class}: #{e.message}")}"
  end
  lines.join("\n")
end

while (head = STDIN.read(4)) && head.bytesize == 4
  answer = read(STDIN.read(head.unpack1('N')) || ''.b)
  STDOUT.write([answer.bytesize].pack('N'), answer)
  STDOUT.flush
end
