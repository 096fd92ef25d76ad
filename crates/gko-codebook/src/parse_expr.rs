//! The parser of expressions: recursive descent over a list of tokens with places.

use thiserror::Error;

use crate::expr::{Comparison, Expr};

/// Why a text is no expression.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message} (at character {at})")]
#[non_exhaustive]
pub struct ParseError {
    /// Character within the expression, from 1.
    pub at: usize,
    /// What was expected and what was found.
    pub message: String,
}

/// How deep parentheses and negations may nest; deeper text is refused, not recursed into.
const MAX_DEPTH: usize = 64;

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    Number(f64),
    Sign(&'static str),
    End,
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => write!(f, "`{name}`"),
            Self::Number(number) => write!(f, "`{number}`"),
            Self::Sign(sign) => write!(f, "`{sign}`"),
            Self::End => f.write_str("the end"),
        }
    }
}

pub(crate) fn parse(text: &str) -> Result<Expr, ParseError> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens, next: 0, depth: 0 };
    let expression = parser.either()?;
    match parser.peek() {
        Token::End => Ok(expression),
        other => Err(parser.error(&format!("`and`, `or` or the end expected, found {other}"))),
    }
}

const SIGNS: [&str; 12] = ["!=", "<=", ">=", "=", "<", ">", "(", ")", "{", "}", ",", "=="];

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, ParseError> {
    let characters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        if characters[at].is_whitespace() {
            at += 1;
            continue;
        }
        let (token, length) =
            token(&characters[at..]).ok_or_else(|| unexpected(at, characters[at]))?;
        tokens.push((at + 1, token));
        at += length;
    }
    tokens.push((characters.len() + 1, Token::End));
    Ok(tokens)
}

fn unexpected(at: usize, character: char) -> ParseError {
    let message = format!("`{character}` has no meaning here; see the table of operators");
    ParseError { at: at + 1, message }
}

fn token(rest: &[char]) -> Option<(Token, usize)> {
    let first = *rest.first()?;
    if first.is_alphabetic() || first == '_' {
        let length = rest.iter().take_while(|c| c.is_alphanumeric() || "_-.".contains(**c)).count();
        return Some((Token::Name(rest[..length].iter().collect()), length));
    }
    if first.is_ascii_digit() || (first == '-' && rest.get(1).is_some_and(char::is_ascii_digit)) {
        let tail = rest[1..].iter().take_while(|c| c.is_ascii_digit() || **c == '.').count();
        let text: String = rest[..=tail].iter().collect();
        let number = text.parse().ok().filter(|number: &f64| number.is_finite())?;
        return Some((Token::Number(number), tail + 1));
    }
    let pair: String = rest.iter().take(2).collect();
    let sign = SIGNS.iter().find(|sign| **sign == pair);
    let sign = sign.or_else(|| SIGNS.iter().find(|sign| sign.chars().eq([first])));
    sign.map(|sign| (Token::Sign(if *sign == "==" { "=" } else { sign }), sign.len()))
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    next: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Token {
        self.tokens.get(self.next).map_or(Token::End, |(_, token)| token.clone())
    }

    fn take(&mut self) -> Token {
        let token = self.peek();
        self.next += 1;
        token
    }

    fn error(&self, message: &str) -> ParseError {
        let last = self.tokens.last().map_or(1, |(at, _)| *at);
        let at = self.tokens.get(self.next).map_or(last, |(at, _)| *at);
        ParseError { at, message: message.to_owned() }
    }

    fn word(&mut self, word: &str) -> bool {
        let found = self.peek() == Token::Name(word.to_owned());
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), ParseError> {
        if self.peek() == Token::Sign(sign) {
            self.next += 1;
            return Ok(());
        }
        Err(self.error(&format!("`{sign}` expected, found {}", self.peek())))
    }

    fn either(&mut self) -> Result<Expr, ParseError> {
        let mut parts = vec![self.both()?];
        while self.word("or") {
            parts.push(self.both()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expr::Or(parts) })
    }

    fn both(&mut self) -> Result<Expr, ParseError> {
        let mut parts = vec![self.negation()?];
        while self.word("and") {
            parts.push(self.negation()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expr::And(parts) })
    }

    fn negation(&mut self) -> Result<Expr, ParseError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error("nested too deep"));
        }
        let result = self.single();
        self.depth -= 1;
        result
    }

    fn single(&mut self) -> Result<Expr, ParseError> {
        if self.word("not") {
            return Ok(Expr::Not(Box::new(self.negation()?)));
        }
        if self.peek() == Token::Sign("(") {
            self.next += 1;
            let inner = self.either()?;
            self.expect(")")?;
            return Ok(inner);
        }
        if self.word("all") {
            return Ok(Expr::All);
        }
        let variable = self.name("a variable, `not`, `all` or `(`")?;
        self.comparison(variable)
    }

    fn comparison(&mut self, variable: String) -> Result<Expr, ParseError> {
        if variable == "answered" && self.peek() == Token::Sign("(") {
            self.next += 1;
            let variable = self.name("a variable")?;
            self.expect(")")?;
            return Ok(Expr::Answered { variable });
        }
        if self.word("in") {
            return Ok(Expr::In { variable, categories: self.list()? });
        }
        if self.word("has") {
            return Ok(Expr::Has { set: variable, options: self.list()? });
        }
        self.relation(variable)
    }

    fn relation(&mut self, variable: String) -> Result<Expr, ParseError> {
        let sign = match self.peek() {
            Token::Sign(sign) if !"(){},".contains(sign) => sign,
            other => {
                let message = format!(
                    "`=`, `!=`, `<`, `<=`, `>`, `>=`, `in` or `has` expected after `{variable}`, found {other}"
                );
                return Err(self.error(&message));
            }
        };
        self.next += 1;
        let positive = |comparison| self.against(variable, comparison);
        match sign {
            "!=" => positive(Comparison::Equal).map(|equal| Expr::Not(Box::new(equal))),
            "=" => positive(Comparison::Equal),
            "<" => positive(Comparison::Less),
            "<=" => positive(Comparison::AtMost),
            ">" => positive(Comparison::Greater),
            _ => positive(Comparison::AtLeast),
        }
    }

    fn against(&mut self, variable: String, comparison: Comparison) -> Result<Expr, ParseError> {
        match self.peek() {
            Token::Number(value) => {
                self.next += 1;
                Ok(Expr::Number { variable, comparison, value })
            }
            Token::Name(_) => {
                let category = self.name("a category")?;
                Ok(if comparison == Comparison::Equal {
                    Expr::In { variable, categories: vec![category] }
                } else {
                    Expr::Rank { variable, comparison, category }
                })
            }
            other => Err(self.error(&format!("a category or a number expected, found {other}"))),
        }
    }

    /// One name, or several in braces; sorted, so that the order of writing
    /// does not change the identity of a definition.
    fn list(&mut self) -> Result<Vec<String>, ParseError> {
        if self.peek() != Token::Sign("{") {
            return Ok(vec![self.name("a category or `{`")?]);
        }
        self.next += 1;
        let mut names = vec![self.name("a category")?];
        while self.peek() == Token::Sign(",") {
            self.next += 1;
            names.push(self.name("a category")?);
        }
        self.expect("}")?;
        names.sort();
        names.dedup();
        Ok(names)
    }

    fn name(&mut self, wanted: &str) -> Result<String, ParseError> {
        match self.peek() {
            Token::Name(name) if !["and", "or", "not", "in", "has"].contains(&name.as_str()) => {
                self.take();
                Ok(name)
            }
            other => Err(self.error(&format!("{wanted} expected, found {other}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        parse(text).unwrap().to_string()
    }

    #[test]
    fn and_binds_tighter_than_or_and_lists_are_sorted() {
        assert_eq!(shown("A = x or B = y and C = z"), "A = x or (B = y and C = z)");
        assert_eq!(shown("(A = x or B = y) and C != z"), "(A = x or B = y) and not (C = z)");
        assert_eq!(shown("F13 in {very, fairly}"), "F13 in {fairly, very}");
        assert_eq!(shown("F14 has {b,a,b} and A2>=9"), "F14 has {a, b} and A2 >= 9");
        assert_eq!(shown("not answered(D1)"), "not (answered(D1))");
    }

    #[test]
    fn faults_name_the_place_and_what_was_expected() {
        for (text, at, word) in [
            ("", 1, "variable"),
            ("A", 2, "expected after `A`"),
            ("A = ", 5, "category or a number"),
            ("A = 1 B", 7, "the end"),
            ("A in {x", 8, "`}` expected"),
            ("A = x & B = y", 7, "no meaning"),
            ("(A = x", 7, "`)` expected"),
            ("A = x xor B = y", 7, "found `xor`"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.at, at, "{text}: {error}");
            assert!(error.message.contains(word), "{text}: {error}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_and_does_not_overflow() {
        let text = format!("{}A = x{}", "(".repeat(100_000), ")".repeat(100_000));
        assert!(parse(&text).unwrap_err().message.contains("deep"));
    }

    fn any_expr() -> impl Strategy<Value = Expr> {
        let name = "[A-Z][a-z0-9_]{0,4}[0-9]";
        let leaf = prop_oneof![
            Just(Expr::All),
            (name, name).prop_map(|(variable, c)| Expr::In { variable, categories: vec![c] }),
            (name, -99i32..99).prop_map(|(variable, v)| Expr::Number {
                variable,
                comparison: Comparison::AtMost,
                value: f64::from(v)
            }),
            (name, name).prop_map(|(set, o)| Expr::Has { set, options: vec![o] }),
            name.prop_map(|variable| Expr::Answered { variable }),
        ];
        leaf.prop_recursive(4, 24, 3, |inner| {
            prop_oneof![
                inner.clone().prop_map(|e| Expr::Not(Box::new(e))),
                prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::And),
                prop::collection::vec(inner, 2..4).prop_map(Expr::Or),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_parses_to_the_same(expression in any_expr()) {
            prop_assert_eq!(parse(&expression.to_string()).unwrap(), expression);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,60}") {
            let _ = parse(&text);
        }
    }
}
