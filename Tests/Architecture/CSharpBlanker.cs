namespace FedActors.Tests.Architecture;

/// <summary>Replaces literals, and comments if wanted, by spaces: what is left is code, at the positions it had.</summary>
/// <remarks>C# specification, sections 6.3.3 (comments) and 6.4.5 (literals). The code inside an interpolated string's holes is kept.</remarks>
internal sealed class CSharpBlanker
{
    private readonly string _text;
    private readonly char[] _result;
    private readonly bool _keepComments;
    private int _at;

    private CSharpBlanker(string text, bool keepComments)
    {
        _text = text;
        _result = text.ToCharArray();
        _keepComments = keepComments;
    }

    public static string Blank(string text, bool keepComments = false)
    {
        var blanker = new CSharpBlanker(text, keepComments);
        blanker.Code(holeBraces: 0);
        return new string(blanker._result);
    }

    /// <summary>Reads code to the end of the text, or to the braces that close the hole it is in.</summary>
    private void Code(int holeBraces)
    {
        int depth = 0;
        while (_at < _text.Length)
        {
            char c = _text[_at];
            if (c == '/' && Peek(1) == '/')
            {
                Erase(EndOfLine(), comment: true);
            }
            else if (c == '/' && Peek(1) == '*')
            {
                int end = _text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
                Erase(end < 0 ? _text.Length : end + 2, comment: true);
            }
            else if (c == '\'')
            {
                Quoted('\'');
            }
            else if (c == '"' || ((c is '$' or '@') && StartsString()))
            {
                Literal();
            }
            else if (c == '{')
            {
                depth++;
                _at++;
            }
            else if (c == '}')
            {
                if (holeBraces > 0 && depth == 0)
                {
                    Erase(Math.Min(_text.Length, _at + holeBraces));
                    return;
                }

                depth--;
                _at++;
            }
            else
            {
                _at++;
            }
        }
    }

    private void Literal()
    {
        int dollars = 0;
        bool verbatim = false;
        for (; _text[_at] != '"'; Erase(_at + 1))
        {
            dollars += _text[_at] == '$' ? 1 : 0;
            verbatim |= _text[_at] == '@';
        }

        int quotes = Run('"');
        if (quotes >= 3)
        {
            Raw(quotes, dollars);
        }
        else if (quotes == 2)
        {
            Erase(_at + 2);
        }
        else if (dollars == 0 && !verbatim)
        {
            Quoted('"');
        }
        else
        {
            Interpolated(verbatim, holes: dollars > 0);
        }
    }

    private void Quoted(char quote)
    {
        int end = _at + 1;
        while (end < _text.Length && _text[end] != quote && _text[end] != '\n')
        {
            end += _text[end] == '\\' ? 2 : 1;
        }

        Erase(Math.Min(_text.Length, end + 1));
    }

    private void Interpolated(bool verbatim, bool holes)
    {
        Erase(_at + 1);
        while (_at < _text.Length)
        {
            char c = _text[_at];
            bool escaped = (!verbatim && c == '\\') || (verbatim && c == '"' && Peek(1) == '"') || (holes && c == '{' && Peek(1) == '{');
            if (escaped)
            {
                Erase(Math.Min(_text.Length, _at + 2));
            }
            else if (c == '"')
            {
                Erase(_at + 1);
                return;
            }
            else
            {
                bool hole = holes && c == '{';
                Erase(_at + 1);
                if (hole)
                {
                    Code(holeBraces: 1);
                }
            }
        }
    }

    private void Raw(int quotes, int dollars)
    {
        Erase(_at + quotes);
        while (_at < _text.Length)
        {
            if (_text[_at] == '"' && Run('"') >= quotes)
            {
                Erase(_at + Run('"'));
                return;
            }

            if (dollars > 0 && _text[_at] == '{' && Run('{') >= dollars)
            {
                Erase(_at + Run('{'));
                Code(dollars);
            }
            else
            {
                Erase(_at + 1);
            }
        }
    }

    private bool StartsString()
    {
        int i = _at;
        while (i < _text.Length && _text[i] is '$' or '@')
        {
            i++;
        }

        return i < _text.Length && _text[i] == '"';
    }

    private int Run(char c)
    {
        int end = _at;
        while (end < _text.Length && _text[end] == c)
        {
            end++;
        }

        return end - _at;
    }

    private char Peek(int ahead) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private int EndOfLine()
    {
        int end = _text.IndexOf('\n', _at);
        return end < 0 ? _text.Length : end;
    }

    private void Erase(int end, bool comment = false)
    {
        for (; _at < end; _at++)
        {
            if (_text[_at] != '\n' && !(comment && _keepComments))
            {
                _result[_at] = ' ';
            }
        }
    }
}
